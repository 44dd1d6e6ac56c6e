using System.Buffers;
using Strata.Arrow;
using Strata.Rrd;

namespace Strata.TestSupport;

/// <summary>Makes small recordings.</summary>
internal static class Recordings
{
    private static ulong _next = 1;

    /// <summary>One chunk of scalars and one property.</summary>
    public static byte[] Scalars(string recordingId, double value = 1.5, string entity = "/joint", bool footer = true) => Write(
        [recordingId],
        (writer, store) => writer.WriteChunk(store, ScalarChunk(entity, value)),
        footer);

    /// <summary>The same recording, and so the same fingerprint, in two files of different bytes.</summary>
    public static (byte[] Whole, byte[] WithoutFooter) ScalarsWithAndWithoutFooter(string recordingId)
    {
        var withoutFooter = 0;
        var whole = Write([recordingId], (writer, store) => writer.WriteChunk(store, ScalarChunk("/joint", 1.5)), beforeFooter: length => withoutFooter = length);
        return (whole, whole[..withoutFooter]);
    }

    /// <summary>The component <c>v</c> of the entity as whole numbers: contradicts <see cref="Texts"/>.</summary>
    public static byte[] Numbers(string recordingId, string entity = "/value") =>
        Write([recordingId], (writer, store) => writer.WriteChunk(store, Static(entity, Int64Array.From([7L]))));

    /// <summary>The component <c>v</c> of the entity as text: contradicts <see cref="Numbers"/>.</summary>
    public static byte[] Texts(string recordingId, string entity = "/value") =>
        Write([recordingId], (writer, store) => writer.WriteChunk(store, Static(entity, StringArray.From("seven"))));

    public static byte[] Several(params string[] recordingIds) => Write(recordingIds, (writer, store) => writer.WriteChunk(store, ScalarChunk("/joint", 1)));

    /// <summary>A file whose messages name a store without a recording id, or with an empty one.</summary>
    public static byte[] WithoutRecordingId(bool isEmpty, bool footer = true)
    {
        // Field 2 of a store's id, of three bytes; field 15 does not exist, so that readers pass it over.
        ReadOnlySpan<byte> id = [0x12, 3, (byte)'a', (byte)'b', (byte)'c'];
        ReadOnlySpan<byte> gone = isEmpty ? [0x12, 0, 0x7A, 1, (byte)'a'] : [0x7A, 3, (byte)'a', (byte)'b', (byte)'c'];
        var file = Scalars("abc", footer: footer);
        for (int at = 0, found; (found = file.AsSpan(at).IndexOf(id)) >= 0; at += found + id.Length)
        {
            gone.CopyTo(file.AsSpan(at + found));
        }

        return file;
    }

    /// <param name="text">Of the one view in it.</param>
    /// <param name="recordingId">When given, a recording of this id stands in the same file.</param>
    public static byte[] Blueprint(string text = "x", string? recordingId = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = new StoreId(StoreKind.Blueprint, "app", "blueprint");
        writer.SetStoreInfo(store, StoreSource.Other("test"), NextId());
        writer.WriteChunk(store, Static("/view", StringArray.From(text)));
        if (recordingId is not null)
        {
            var recording = StoreId.Recording("app", recordingId);
            writer.SetStoreInfo(recording, StoreSource.Other("test"), NextId());
            writer.WriteChunk(recording, ScalarChunk("/joint", 1));
        }

        writer.Finish();
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Write(IReadOnlyList<string> recordingIds, Action<RrdWriter, StoreId> content, bool footer = true, Action<int>? beforeFooter = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var stores = recordingIds.Select((id, k) => StoreId.Recording($"app{k}", id)).ToList();
        foreach (var store in stores)
        {
            writer.SetStoreInfo(store, StoreSource.Other("test"), NextId());
            content(writer, store);
        }

        var withoutFooter = output.WrittenCount;
        beforeFooter?.Invoke(withoutFooter);
        writer.Finish();
        return footer ? output.WrittenSpan.ToArray() : output.WrittenSpan[..withoutFooter].ToArray();
    }

    private static Chunk ScalarChunk(string entity, double value) => ChunkBuilder.SendColumns(
        NextId(),
        NextId(),
        EntityPath.Parse(entity),
        [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [1, 2, 3])],
        [ChunkBuilder.Scalars([value, value + 1, value + 2])]);

    private static Chunk Static(string entity, IArrowArray items) => ChunkBuilder.SendStatic(NextId(), NextId(), EntityPath.Parse(entity), ChunkBuilder.AnyValue("v", items));

    private static Tuid NextId() => new(1_750_000_000_000_000_000, Interlocked.Add(ref _next, 1_000));
}
