using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Projections.Tests.Support;

/// <summary>A log in memory with the behaviour that the read models rely on.</summary>
public sealed class FakeLog : IEventStore, ILeases
{
    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lastTokens = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<RecordedEvent> _events = [];
    private readonly Dictionary<string, long> _versions = [];
    private readonly Dictionary<Sha256Digest, ReadOnlyMemory<byte>> _blobs = [];
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _clock = 1_000;

    /// <summary>A position whose event a reader cannot understand.</summary>
    public long? Unreadable { get; set; }

    public IReadOnlyList<RecordedEvent> Events => _events;

    public long Head => _events.Count;

    public Sha256Digest Add(ReadOnlyMemory<byte> content)
    {
        var blob = Blob.Of(content);
        _blobs[blob.Hash] = content;
        return blob.Hash;
    }

    /// <summary>A blob whose bytes are not its own any more.</summary>
    public Sha256Digest? Damaged { get; set; }

    public void RemoveBlob(Sha256Digest hash) => _blobs.Remove(hash);

    /// <summary>As of concurrent writers: times that cross. The next append is at this time.</summary>
    public void SetClock(long timeNs) => _clock = timeNs - 10;

    /// <returns>The position of the last one.</returns>
    public long Append(params IReadOnlyList<StrataEvent> events)
    {
        TaskCompletionSource appended;
        long last;
        lock (_lock)
        {
            _clock += 10;
            foreach (var appendedEvent in events)
            {
                var stream = StreamOf(appendedEvent);
                var version = _versions[stream] = _versions.GetValueOrDefault(stream) + 1;
                _events.Add(new(_events.Count + 1, Guid.NewGuid(), stream, version, EventTypes.NameOf(appendedEvent), _clock, "test", appendedEvent));
            }

            last = _events.Count;
            appended = _appended;
            _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        appended.SetResult();
        return last;
    }

    public void AppendUnlisted()
    {
        lock (_lock)
        {
            _events.Add(new(_events.Count + 1, Guid.NewGuid(), "dataset-x", 1, "event_of_tomorrow", ++_clock, "test", new EventOfTomorrow()));
        }
    }

    /// <summary>The same events up to a position.</summary>
    public FakeLog UpTo(long position)
    {
        var log = new FakeLog();
        log._events.AddRange(_events.Take((int)position));
        foreach (var (hash, content) in _blobs)
        {
            log._blobs.Add(hash, content);
        }

        return log;
    }

    /// <summary>The events after a position.</summary>
    public FakeLog From(long position)
    {
        var log = UpTo(Head);
        log._events.RemoveRange(0, (int)position);
        return log;
    }

    public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var events = _events.Skip((int)afterPosition).Take(maxEvents).ToImmutableArray();
            if (Unreadable is { } position && events.Any(e => e.Position == position))
            {
                throw new UnknownEventTypeException("event_of_tomorrow");
            }

            return Task.FromResult(new EventPage(events, events.IsEmpty ? afterPosition : events[^1].Position));
        }
    }

    public Task<long> HeadAsync(CancellationToken cancellationToken) => Task.FromResult(Head);

    public async Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task appended;
            lock (_lock)
            {
                if (_events.Count > afterPosition)
                {
                    return;
                }

                appended = _appended.Task;
            }

            await appended.WaitAsync(cancellationToken);
        }
    }

    public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) => Damaged is { } damaged && hashes.Contains(damaged)
        ? Task.FromException<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>>(LogDamagedException.OfBlob("/data/log.db", damaged, Sha256Digest.Of("rad cup"u8)))
        : Task.FromResult<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>>(
            hashes.Where(_blobs.ContainsKey).ToDictionary(hash => hash, hash => _blobs[hash]));

    /// <summary>Somebody else holds the lease from now on, whoever held it.</summary>
    public Lease TakeLease(string name, string owner)
    {
        lock (_lock)
        {
            return _leases[name] = new Lease(name, owner, NextToken(name));
        }
    }

    private long NextToken(string name) => _lastTokens[name] = _lastTokens.GetValueOrDefault(name) + 1;

    /// <summary>How often a lease was written.</summary>
    public int LeaseWrites { get; private set; }

    public Task<Lease?> AcquireAsync(string name, string owner, TimeSpan duration, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            LeaseWrites++;
            return Task.FromResult(_leases.TryGetValue(name, out var held) && held.Owner != owner ? null : _leases[name] = new Lease(name, owner, NextToken(name)));
        }
    }

    public Task<bool> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            LeaseWrites++;
            return Task.FromResult(_leases.GetValueOrDefault(lease.Name)?.Token == lease.Token);
        }
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_leases.GetValueOrDefault(lease.Name)?.Token == lease.Token)
            {
                _leases.Remove(lease.Name);
            }

            return Task.CompletedTask;
        }
    }

    public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<StreamState>>(
                [.. streamIds.Select(id => new StreamState(id, _versions.GetValueOrDefault(id), [.. _events.Where(e => e.StreamId == id)]))]);
        }
    }

    public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<GuardRow>>(
                [.. _events.Select(e => e.Event).OfType<RecordingPurged>().Select(p => new GuardRow(PurgedSegments.Scope, PurgedSegments.KeyOf(p.Dataset, p.Segment), "asked")).Distinct()]);
        }
    }

    private static string StreamOf(StrataEvent appended) => appended switch
    {
        DatasetCreated e => StreamIds.Dataset(e.Dataset),
        DatasetPinned e => StreamIds.Dataset(e.Dataset),
        DatasetRenamed e => StreamIds.Dataset(e.Dataset),
        DatasetDeleted e => StreamIds.Dataset(e.Dataset),
        DatasetDetailsChanged e => StreamIds.Dataset(e.Dataset),
        RetentionDeclared e => StreamIds.Dataset(e.Dataset),
        BytesReleased e => StreamIds.Content(e.Location),
        RuleDeclared e => StreamIds.Dataset(e.Dataset),
        RuleRetired e => StreamIds.Dataset(e.Dataset),
        RuleSuppressed e => StreamIds.Dataset(e.Dataset),
        RuleResumed e => StreamIds.Dataset(e.Dataset),
        BackfillStarted e => StreamIds.Backfill(e.BackfillId),
        BackfillAdmitted e => StreamIds.Backfill(e.BackfillId),
        BackfillPaused e => StreamIds.Backfill(e.BackfillId),
        BackfillResumed e => StreamIds.Backfill(e.BackfillId),
        BackfillCancelled e => StreamIds.Backfill(e.BackfillId),
        BackfillFinished e => StreamIds.Backfill(e.BackfillId),
        LayerRegistered e => StreamIds.Segment(e.Dataset, e.Segment),
        LayerUnregistered e => StreamIds.Segment(e.Dataset, e.Segment),
        RecordingPurged e => StreamIds.Segment(e.Dataset, e.Segment),
        DerivationDone e => StreamIds.Evaluation(e.Dataset, e.Segment),
        DerivationSkipped e => StreamIds.Evaluation(e.Dataset, e.Segment),
        DerivationFailed e => StreamIds.Evaluation(e.Dataset, e.Segment),
        RecordingQuarantined e => StreamIds.Quarantine(e.QuarantineId),
        RecordingReleased e => StreamIds.Quarantine(e.QuarantineId),
        RecordingDiscarded e => StreamIds.Quarantine(e.QuarantineId),
        RecordingChanged e => StreamIds.Segment(e.Dataset, e.Segment),
        RegistrationFinished e => StreamIds.Registration(e.RegistrationId),
        SegmentPropertiesSet e => StreamIds.Segment(e.Dataset, e.Segment),
        SegmentPropertiesRemoved e => StreamIds.Segment(e.Dataset, e.Segment),
        _ => throw new ArgumentException(appended.GetType().Name),
    };

    private sealed record EventOfTomorrow : StrataEvent;
}
