using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>One pass over a file gives its bytes, in whatever order they are asked for, and its hash.</summary>
public sealed class HashedPassTests
{
    /// <summary>Several pieces, the last one not full.</summary>
    private const int FileBytes = 20_000_003;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FileBytes)]
    [InlineData(10)]
    [InlineData(0)]
    public async Task Reads_across_pieces_and_backwards_give_the_bytes_of_the_file_and_its_hash(int size)
    {
        var file = new byte[size];
        new Random(7).NextBytes(file);
        var read = 0L;
        using var pass = new HashedPass(new MemoryBytes(file), bytes => read += bytes);

        foreach (var (at, count) in new[] { (0.1, 1_000), (0.3, 9_000_000), (0.2, 5_000_000), (0.0, 12), (0.999, 50_000_000) })
        {
            var offset = (int)(at * size);
            var expected = file.AsMemory(offset, Math.Min(count, size - offset));
            (await pass.ReadAsync(offset, count, Stopped)).Span.SequenceEqual(expected.Span).ShouldBeTrue($"from {offset}");
        }

        (await pass.FinishAsync(Stopped)).ShouldBe(Sha256Digest.Of(file));
        read.ShouldBe(size);
    }

    [Fact]
    public async Task A_file_that_ends_early_is_an_error_and_no_hash()
    {
        using var pass = new HashedPass(new ShrunkFile(), _ => { });
        (await Should.ThrowAsync<EndOfStreamException>(async () => await pass.FinishAsync(Stopped))).Message.ShouldBe("expected 100 bytes, found 60");
    }

    private sealed class ShrunkFile : IRandomAccessBytes
    {
        public long Length => 100;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(new byte[Math.Clamp(60 - offset, 0, count)]);
    }
}
