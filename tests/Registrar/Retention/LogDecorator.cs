using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar.Tests;

/// <summary>A test stands before each append of one party.</summary>
internal sealed class LogDecorator(IEventStore inner, Func<Append, Task> before) : IEventStore
{
    public async Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        await before(append);
        return await inner.AppendAsync(append, cancellationToken);
    }

    public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) => inner.ReadAsync(afterPosition, maxEvents, cancellationToken);

    public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) => inner.ReadStreamsAsync(streamIds, cancellationToken);

    public Task<long> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

    public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => inner.WaitForEventsAsync(afterPosition, cancellationToken);

    public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) =>
        inner.ReadBlobsAsync(hashes, cancellationToken);

    public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => inner.ReadGuardsAsync(scope, cancellationToken);
}
