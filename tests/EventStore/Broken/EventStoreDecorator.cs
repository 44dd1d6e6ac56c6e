using Strata.Contracts;

namespace Strata.EventStore.Tests.Broken;

/// <summary>Passes everything on to a good adapter; those that derive from it break one thing.</summary>
internal abstract class EventStoreDecorator(IEventStore good) : IEventStore
{
    protected IEventStore Good { get; } = good;

    public virtual Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) => Good.AppendAsync(append, cancellationToken);

    public virtual async Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) =>
        Break(await Good.ReadAsync(afterPosition, maxEvents, cancellationToken));

    public virtual Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) =>
        Good.ReadStreamsAsync(streamIds, cancellationToken);

    public Task<long> HeadAsync(CancellationToken cancellationToken) => Good.HeadAsync(cancellationToken);

    public virtual Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => Good.WaitForEventsAsync(afterPosition, cancellationToken);

    public virtual Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(
        IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) => Good.ReadBlobsAsync(hashes, cancellationToken);

    public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => Good.ReadGuardsAsync(scope, cancellationToken);

    protected virtual EventPage Break(EventPage page) => page;
}
