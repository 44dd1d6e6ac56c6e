using Strata.Arrow;
using Strata.Rrd;

namespace Strata.Catalog.Tests.Reading;

/// <summary>A recording of one row a chunk, uncompressed, with frames as index.</summary>
internal static class LargeRecording
{
    public const int ChunkBytes = 16 * 1024 * 1024;

    /// <returns>The path.</returns>
    public static async Task<string> WriteAsync(string path, int chunks, CancellationToken cancellationToken)
    {
        var store = StoreId.Recording("large", "large");
        var blob = new byte[ChunkBytes];
        new Random(1).NextBytes(blob);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var writer = new RrdStreamWriter(file, WriterProfile.V1 with { UseLz4 = false });
        await writer.SetStoreInfoAsync(store, StoreSource.Other("test"), new Tuid(1, 1), cancellationToken);
        for (var k = 0; k < chunks; k++)
        {
            var id = new Tuid(2, (ulong)k * 10);
            var value = new ComponentColumn(
                new ComponentDescriptor(null, "blob", null), ListArray.From(new Field("item", BinaryType.Default, nullable: true), [0, 1], BinaryArray.From([blob])));
            await writer.WriteChunkAsync(
                store,
                ChunkBuilder.SendColumns(id, id.Next(), EntityPath.Parse("/blob"), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [k])], [value]),
                cancellationToken);
        }

        (await writer.FinishAsync(cancellationToken)).ShouldBeNull();
        return path;
    }
}
