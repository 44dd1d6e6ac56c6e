using System.Buffers;

namespace Strata.Rrd.Tests;

/// <summary>What a chunk costs to read, and whose its bytes are then.</summary>
public class ReadBytesTests
{
    private const int Rows = 40_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chunk_stays_what_it_was_when_every_pooled_buffer_is_used_again(bool useLz4)
    {
        using var file = new TemporaryFile(Written(useLz4));
        using var source = FileBytes.Open(file.Path);
        var reader = await RrdReader.OpenAsync(source, Token);
        var entry = reader.Contents.Recordings.Single().Manifest[0];

        var chunk = await reader.ReadChunkAsync(entry, Token);
        var before = Digest(chunk);
        Scribble();

        Digest(chunk).ShouldBe(before);
        Digest(await reader.ReadChunkAsync(entry, Token)).ShouldBe(before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chunk_of_a_stream_stays_what_it_was_too(bool useLz4)
    {
        var chunks = new List<Chunk>();
        using var stream = new MemoryStream(Written(useLz4));
        await RrdReader.ScanAsync(stream, stored => { chunks.Add(stored.Chunk); return ValueTask.CompletedTask; }, Token);
        var before = Digest(chunks[0]);

        Scribble();

        Digest(chunks[0]).ShouldBe(before);
    }

    [Fact]
    public async Task Reading_an_uncompressed_chunk_from_memory_allocates_nothing_that_grows_with_its_rows()
    {
        const long PerChunk = 24 * 1024;

        (await AllocatedAsync(new MemoryBytes(Written(useLz4: false)))).ShouldBeLessThan(PerChunk);
    }

    [Fact]
    public async Task Reading_a_compressed_chunk_allocates_the_bytes_that_it_unpacks_once()
    {
        const long Besides = 24 * 1024;
        using var file = new TemporaryFile(Written(useLz4: true));
        using var source = FileBytes.Open(file.Path);
        var unpacked = (await RrdReader.OpenAsync(source, Token)).Contents.Recordings.Single().Manifest[0].UncompressedByteSize;

        (await AllocatedAsync(source)).ShouldBeInRange(unpacked, unpacked + Besides);
    }

    /// <summary>The pool keeps one buffer of each size for each thread: of large chunks that is the memory of a machine.</summary>
    [Fact]
    public async Task A_large_chunk_leaves_its_bytes_with_no_thread()
    {
        const int ManyRows = 300_000;
        var random = new Random(1);
        var bytes = Written(useLz4: true, ManyRows, _ => random.NextDouble());
        using var file = new TemporaryFile(bytes);
        using var source = FileBytes.Open(file.Path);
        var reader = await RrdReader.OpenAsync(source, Token);
        var entry = reader.Contents.Recordings.Single().Manifest[0];
        var stored = bytes.AsMemory((int)entry.ByteOffset - MessageHeader.Size, (int)entry.ByteSize + MessageHeader.Size);
        stored.Length.ShouldBeGreaterThan(4 << 20);

        await reader.ReadChunkAsync(entry, Token);

        var next = ArrayPool<byte>.Shared.Rent(stored.Length);
        next.AsSpan(0, stored.Length).SequenceEqual(stored.Span).ShouldBeFalse();
        ArrayPool<byte>.Shared.Return(next);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<long> AllocatedAsync(IRandomAccessBytes source)
    {
        var reader = await RrdReader.OpenAsync(source, Token);
        var entry = reader.Contents.Recordings.Single().Manifest[0];
        await reader.ReadChunkAsync(entry, Token);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await reader.ReadChunkAsync(entry, Token);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Digest(Chunk chunk) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(ChunkBatch.From(chunk).ToIpcStream()));

    // Every buffer that this thread could get.
    private static void Scribble()
    {
        var rented = new List<byte[]>();
        for (var size = 16; size <= 4 << 20; size *= 2)
        {
            for (var k = 0; k < 8; k++)
            {
                rented.Add(ArrayPool<byte>.Shared.Rent(size));
                rented[^1].AsSpan().Fill(0xA5);
            }
        }

        rented.ForEach(buffer => ArrayPool<byte>.Shared.Return(buffer));
    }

    private static byte[] Written(bool useLz4, int rows = Rows, Func<long, double>? value = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1 with { UseLz4 = useLz4 });
        writer.SetStoreInfo(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1));
        var times = Enumerable.Range(0, rows).Select(row => (long)row).ToArray();
        writer.WriteChunk(SampleLayer.Store, ChunkBuilder.SendColumns(
            new Tuid(2, 0), new Tuid(2, 1), EntityPath.Parse("/x"), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, times)], [ChunkBuilder.Scalars([.. times.Select(value ?? (time => time % 7))])]));
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }
}
