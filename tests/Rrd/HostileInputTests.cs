namespace Strata.Rrd.Tests;

public class HostileInputTests
{
    // F1 has 10 kB: reading any variant of it needs far less than this, a believed false length far more.
    private const long MostBytesAllocated = 4 << 20;

    [Fact]
    public async Task A_file_cut_at_any_byte_gives_the_documented_error_or_what_is_whole()
    {
        var bytes = Recording.Fixture("F1.rrd");
        var chunks = 0;
        for (var length = 0; length < bytes.Length; length++)
        {
            var found = await ReadAsync(bytes[..length]);
            (found ?? 0).ShouldBeGreaterThanOrEqualTo(chunks, $"cut at {length}");
            chunks = found ?? 0;
            (found is null).ShouldBe(length < StreamHeader.Size, $"cut at {length}");
        }
        chunks.ShouldBe(2);
    }

    [Theory]
    [InlineData("F1.rrd", 0x01)]
    [InlineData("F1.rrd", 0xFF)]
    [InlineData("F2-rerun-0.33-saved.rrd", 0x80)]
    [InlineData("F2-rerun-0.33-saved.rrd", 0xFF)]
    public async Task A_flip_of_any_byte_never_throws_anything_else_and_never_allocates_wildly(string name, byte mask)
    {
        var bytes = Recording.Fixture(name);
        for (var position = 0; position < bytes.Length; position++)
        {
            bytes[position] ^= mask;
            var before = GC.GetAllocatedBytesForCurrentThread();
            await ReadAsync(bytes);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostBytesAllocated, $"{name} flipped at {position}");
            bytes[position] ^= mask;
        }
    }

    [Fact]
    public async Task A_flip_behind_a_valid_checksum_is_found_too()
    {
        var bytes = Recording.Fixture("F1.rrd");
        const int footerStart = 3856, trailerStart = 10290;
        for (var position = footerStart; position < trailerStart; position++)
        {
            var copy = (byte[])bytes.Clone();
            copy[position] ^= 0x10;
            new StreamFooter(footerStart, trailerStart - footerStart, StreamFooter.ChecksumOf(copy.AsSpan(footerStart, trailerStart - footerStart))).Write(copy.AsSpan(trailerStart));
            var before = GC.GetAllocatedBytesForCurrentThread();
            await ReadAsync(copy);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostBytesAllocated, $"flipped at {position}");
        }
    }

    [Theory]
    [InlineData("F1.rrd")]
    [InlineData("F2-rerun-0.33-saved.rrd")]
    public async Task A_stream_cut_at_any_byte_ends_in_the_same_way_as_a_file(string name)
    {
        var bytes = Recording.Fixture(name);
        for (var length = StreamHeader.Size; length <= bytes.Length; length += 7)
        {
            var chunks = 0;
            using var stream = new MemoryStream(bytes, 0, length);
            await RrdReader.ScanAsync(
                stream,
                _ =>
                {
                    chunks++;
                    return ValueTask.CompletedTask;
                },
                TestContext.Current.CancellationToken);
            chunks.ShouldBe((await ReadAsync(bytes[..length]))!.Value, $"cut at {length}");
        }
    }

    [Fact]
    public async Task A_claimed_length_drives_no_allocation_when_a_stream_has_no_end()
    {
        var bytes = Recording.Fixture("nofooter.rrd");
        var liar = bytes.Concat(new byte[16]).ToArray();
        new MessageHeader((ulong)MessageKind.ArrowMsg, RrdLimits.MaxMessageBytes).Write(liar.AsSpan(bytes.Length));
        using var stream = new MemoryStream(liar);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var contents = await RrdReader.ScanAsync(stream, _ => ValueTask.CompletedTask, TestContext.Current.CancellationToken);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostBytesAllocated);
        contents.Rules().ShouldBe([RrdRules.Truncated]);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(uint.MaxValue)]
    public async Task A_trailer_with_another_number_of_entries_falls_back_to_a_scan(uint entries)
    {
        var bytes = Recording.Fixture("F1.rrd");
        BitConverter.TryWriteBytes(bytes.AsSpan(^4..), entries);
        var reader = await Recording.OpenAsync(bytes);
        reader.Contents.UsedFooter.ShouldBeFalse();
        (await reader.ChunksAsync()).Count.ShouldBe(2);
    }

    /// <summary>Number of chunks, or null when the file was refused.</summary>
    private static async Task<int?> ReadAsync(byte[] bytes)
    {
        try
        {
            var reader = await Recording.OpenAsync(bytes);
            var chunks = 0;
            foreach (var store in reader.Contents.Stores)
            {
                for (var i = 0; i < store.Manifest.Count; i++)
                {
                    chunks += await IsReadableAsync(reader, store.Manifest[i]) ? 1 : 0;
                }
                try
                {
                    await RecordingProperties.ReadAsync(reader, store, TestContext.Current.CancellationToken);
                }
                catch (RrdFormatException)
                {
                    // A chunk that the footer promises and that is damaged; counted above.
                }
            }
            return chunks;
        }
        catch (RrdFormatException)
        {
            return null;
        }
    }

    private static async Task<bool> IsReadableAsync(RrdReader reader, ChunkEntry entry)
    {
        try
        {
            await reader.ReadChunkAsync(entry, TestContext.Current.CancellationToken);
            return true;
        }
        catch (RrdFormatException)
        {
            return false;
        }
    }
}
