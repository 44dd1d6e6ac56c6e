using Strata.Conformance;
using Strata.Contracts;

namespace Strata.EventStore.Tests.Broken;

internal sealed class SkipsAnEvent(IEventStore good) : EventStoreDecorator(good)
{
    protected override EventPage Break(EventPage page) => page with { Events = page.Events.RemoveAll(e => e.Position == 4) };
}

internal sealed class DoublesAnEvent(IEventStore good) : EventStoreDecorator(good)
{
    protected override EventPage Break(EventPage page) => page with { Events = [.. page.Events.SelectMany(e => e.Position == 4 ? [e, e] : new[] { e })] };
}

/// <summary>Shows position n+1 before n, as a log does whose numbers are handed out before the commit.</summary>
internal sealed class ShowsTheLastTwoInTheWrongOrder(IEventStore good) : EventStoreDecorator(good)
{
    protected override EventPage Break(EventPage page) =>
        page.Events.Length < 2 ? page : page with { Events = [.. page.Events[..^2], page.Events[^1], page.Events[^2]] };
}

/// <summary>Ends its pages inside an append, as a log does that commits event by event.</summary>
internal sealed class TearsAppends(IEventStore good) : EventStoreDecorator(good)
{
    protected override EventPage Break(EventPage page) =>
        page.Events.Length < 2 ? page : new(page.Events[..^1], page.Events[^2].Position);
}

internal sealed class NeverWakes(IEventStore good) : EventStoreDecorator(good)
{
    public override Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}

internal sealed class LetsTimesFall(IEventStore good, SettableClock clock) : EventStoreDecorator(good)
{
    private readonly Dictionary<string, long> _times = [];

    public override Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        _times[append.CommandId] = clock.NowNs;
        return Good.AppendAsync(append, cancellationToken);
    }

    protected override EventPage Break(EventPage page) =>
        page with { Events = [.. page.Events.Select(e => _times.TryGetValue(e.CommandId, out var time) ? e with { RecordedAtNs = time } : e)] };
}

/// <summary>Gives each event another id at each reading.</summary>
internal sealed class ForgetsEventIds(IEventStore good) : EventStoreDecorator(good)
{
    protected override EventPage Break(EventPage page) => page with { Events = [.. page.Events.Select(e => e with { EventId = Guid.NewGuid() })] };
}

internal sealed class SortsStreams(IEventStore good) : EventStoreDecorator(good)
{
    public override Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) =>
        base.ReadStreamsAsync([.. streamIds.Order(StringComparer.Ordinal)], cancellationToken);
}

internal sealed class CutsBlobs(IEventStore good) : EventStoreDecorator(good)
{
    public override async Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(
        IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) =>
        (await base.ReadBlobsAsync(hashes, cancellationToken)).ToDictionary(b => b.Key, b => b.Value[..Math.Min(b.Value.Length, 1_000_000)]);
}
