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

    /// <summary>Its compressed bytes come part by part: neither in an array of their own, nor in one that the pool keeps.</summary>
    [Fact]
    public async Task Reading_a_large_compressed_chunk_allocates_the_bytes_that_it_unpacks_and_no_others()
    {
        const long Besides = 24 * 1024;
        using var file = new TemporaryFile(Noisy());
        using var source = FileBytes.Open(file.Path);
        var entry = (await RrdReader.OpenAsync(source, Token)).Contents.Recordings.Single().Manifest[0];
        entry.ByteSize.ShouldBeGreaterThan(4 << 20);

        (await AllocatedAsync(source)).ShouldBeInRange(entry.UncompressedByteSize, entry.UncompressedByteSize + Besides);
    }

    [Theory]
    [InlineData(192)]
    [InlineData(4_096)]
    [InlineData(1 << 20)]
    public async Task A_chunk_is_the_same_however_small_the_parts_are_by_which_it_is_read(int partBytes)
    {
        var bytes = Noisy();
        var source = new PartedBytes(bytes, partBytes);
        var reader = await RrdReader.OpenAsync(new MemoryBytes(bytes), Token);
        var entry = reader.Contents.Recordings.Single().Manifest[0];

        Digest(await ChunkSource.ReadAsync(source, entry, Token)).ShouldBe(Digest(await reader.ReadChunkAsync(entry, Token)));

        // The length of so many literals takes a byte for each 255 of them, which are read together.
        source.Largest.ShouldBeLessThanOrEqualTo(Math.Max(2 * partBytes, (int)(entry.UncompressedByteSize / 128)));
    }

    [Fact]
    public async Task A_length_that_is_longer_than_a_part_is_read_with_as_much_room_as_it_takes()
    {
        var bytes = Written(useLz4: true, 10 * Rows, _ => 0);
        var reader = await RrdReader.OpenAsync(new MemoryBytes(bytes), Token);
        var entry = reader.Contents.Recordings.Single().Manifest[0];

        Digest(await ChunkSource.ReadAsync(new PartedBytes(bytes), entry, Token)).ShouldBe(Digest(await reader.ReadChunkAsync(entry, Token)));
    }

    [Fact]
    public async Task A_file_that_ends_while_a_chunk_is_read_by_parts_is_refused_as_changed()
    {
        var bytes = Noisy();
        var entry = (await RrdReader.OpenAsync(new MemoryBytes(bytes), Token)).Contents.Recordings.Single().Manifest[0];
        using var file = new TemporaryFile(bytes);
        using var source = FileBytes.Open(file.Path);
        File.WriteAllBytes(file.Path, bytes[..(bytes.Length / 2)]);

        var refused = await Should.ThrowAsync<RrdFormatException>(async () => await ChunkSource.ReadAsync(source, entry, Token));

        refused.WhatToDo.ShouldStartWith("The file has changed since it was opened");
    }

    /// <summary>The pool keeps one buffer of each size for each thread: of large chunks that is the memory of a machine.</summary>
    [Fact]
    public async Task A_large_chunk_leaves_its_bytes_with_no_thread()
    {
        var bytes = Noisy();
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

    private static byte[] Noisy()
    {
        const int ManyRows = 300_000;
        var random = new Random(1);
        return Written(useLz4: true, ManyRows, _ => random.NextDouble());
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
