using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Layers whose chunks are so large that they are read side by side.</summary>
public class LargeLayerTests
{
    private const string Command = "/action/joint_positions";
    private const string Observation = "/observation/joint_positions";
    private const int Rows = 20_000;

    [Fact]
    public async Task Chunks_come_in_the_order_of_the_recording_whatever_their_size()
    {
        var (file, manifest) = await RecordingAsync();

        var chunks = (await LoadAsync(new MemoryBytes(file), manifest)).Chunks;

        chunks.Select(chunk => (chunk.EntityPath.ToString(), chunk.NumRows)).ShouldBe([(Command, 1), (Command, Rows), (Observation, 2), (Observation, Rows)]);
        chunks.Select(chunk => chunk.Id).ShouldBe(manifest.ChunkIds.ToArray());
    }

    [Fact]
    public async Task Command_and_observation_are_read_at_the_same_time()
    {
        var (file, manifest) = await RecordingAsync();
        var meeting = new MeetingReads(file, manifest[1], manifest[3]);

        (await LoadAsync(meeting, manifest)).Chunks.Length.ShouldBe(4);
    }

    [Fact]
    public async Task Of_a_large_chunk_that_is_damaged_its_offset_is_told()
    {
        var (file, manifest) = await RecordingAsync();
        var damaged = file.ToArray();
        damaged.AsSpan((int)manifest[3].ByteOffset + 100, 64).Fill(0xFF);

        var refused = await Should.ThrowAsync<RrdFormatException>(async () => await LoadAsync(new MemoryBytes(damaged), manifest));

        refused.Offset.ShouldBeInRange(manifest[3].ByteOffset, manifest[3].ByteOffset + manifest[3].ByteSize);
    }

    private static async Task<(ReadOnlyMemory<byte> File, RrdManifest Manifest)> RecordingAsync()
    {
        var file = new RecordingBuilder()
            .Add(Command, [-2], [[1.0]])
            .Add(Command, Times(), Joints())
            .Add(Observation, [-2, -1], [[1.0], [2.0]])
            .Add(Observation, Times(), Joints())
            .ToRrd();
        var reader = await RrdReader.OpenAsync(new MemoryBytes(file), TestContext.Current.CancellationToken);
        return (file, reader.Contents.Recordings.Single().Manifest);
    }

    private static async Task<InputLayer> LoadAsync(IRandomAccessBytes source, RrdManifest manifest)
    {
        var schema = (await RrdReader.OpenAsync(source, TestContext.Current.CancellationToken)).Contents.Recordings.Single().Schema;
        return await InputLayerLoader.LoadAsync(
            new("base", Sha256Digest.Of([])), RecordingBuilder.Application, schema, manifest, source, new TrackingErrorDeriver(), CanonicalJson.Parse("{}"), TestContext.Current.CancellationToken);
    }

    private static long[] Times() => [.. Enumerable.Range(0, Rows).Select(row => (long)row)];

    // Random, so that they stay as large when they are compressed.
    private static double[][] Joints()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, 7).Select(_ => random.NextDouble()).ToArray())];
    }

    /// <summary>A read of one of two chunks ends when one of the other has begun.</summary>
    private sealed class MeetingReads(ReadOnlyMemory<byte> file, ChunkEntry one, ChunkEntry other) : IRandomAccessBytes
    {
        private static readonly TimeSpan GivesUp = TimeSpan.FromMinutes(1);

        private readonly MemoryBytes _bytes = new(file);
        private readonly TaskCompletionSource _one = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _other = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Length => _bytes.Length;

        public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
        {
            if (IsOf(one, offset, count))
            {
                _one.TrySetResult();
                await _other.Task.WaitAsync(GivesUp, cancellationToken);
            }
            else if (IsOf(other, offset, count))
            {
                _other.TrySetResult();
                await _one.Task.WaitAsync(GivesUp, cancellationToken);
            }

            return await _bytes.ReadAsync(offset, count, cancellationToken);
        }

        private static bool IsOf(ChunkEntry chunk, long offset, int count) => offset == chunk.ByteOffset - MessageHeader.Size && count > chunk.ByteSize;
    }
}
