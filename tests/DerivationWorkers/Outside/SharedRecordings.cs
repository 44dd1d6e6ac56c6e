using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Recordings that anybody reads by a URL, and that somebody may write over.</summary>
internal sealed class SharedRecordings(IRecordingStore recordings) : RecordingStoreDecorator(recordings)
{
    public const string Url = "https://bucket.example.org/recording?X-Amz-Signature=1";

    /// <summary>For how long URLs were asked for.</summary>
    public ConcurrentQueue<TimeSpan> Lasting { get; } = [];

    public bool IsChanged { get; set; }

    public override async ValueTask<IOpenRecording> OpenAsync(KeptBytes kept, CancellationToken cancellationToken) => IsChanged
        ? throw new RecordingChangedException(kept.Location, "the test says so")
        : new Shared(this, await base.OpenAsync(kept, cancellationToken));

    private sealed class Shared(SharedRecordings all, IOpenRecording inner) : IOpenRecording
    {
        public long Length => inner.Length;

        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(offset, count, cancellationToken);

        public ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => inner.ReadIntoAsync(offset, destination, cancellationToken);

        public ValueTask<Uri?> ShareAsync(TimeSpan lasting, CancellationToken cancellationToken)
        {
            all.Lasting.Enqueue(lasting);
            return ValueTask.FromResult<Uri?>(new(Url));
        }

        public void Dispose() => inner.Dispose();
    }
}
