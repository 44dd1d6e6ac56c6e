using System.Globalization;
using System.Runtime.CompilerServices;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Dataset">By its name, or one that it had once, or by its id.</param>
/// <param name="Segment">Null: the whole dataset.</param>
public sealed record HistoryRequest(string Dataset, string? Segment = null);

public sealed record HistoryResponse(IReadOnlyList<HistoryLine> Events);

/// <param name="Text">The event in words.</param>
public sealed record HistoryLine(long Position, long RecordedAtNs, string Type, string? Segment, string Text)
{
    /// <summary>Of a purge, as it is now: whether what was recorded is erased, and nothing of it left in the log's files. Null for other events, and where a later purge has taken its place and is not done.</summary>
    public bool? Erased { get; init; }
}

public sealed class HistoryOperation(IEventStore store, Catalog catalog, IErasePurged erasure) : IOperation<HistoryRequest, HistoryResponse>
{
    private const int EventsPerPage = 1_000;

    public static OperationRoute<HistoryRequest, HistoryResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/history", "What happened, event by event", ApiJson.Default.HistoryRequest, ApiJson.Default.HistoryResponse)
    {
        TakesIds = true,
    };

    public async Task<HistoryResponse> RunAsync(HistoryRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var (dataset, upTo) = await catalog.RequireKnownDatasetAsync(request.Dataset, asker, cancellationToken);
        var (lines, kepts) = (new List<HistoryLine>(), new HashSet<string>(StringComparer.Ordinal));
        (PurgedSegments Segments, string? Leftover)? purges = null;
        var head = upTo ?? await store.HeadAsync(cancellationToken);
        var events = request.Segment is { } segment ? OfSegmentAsync(dataset, segment, cancellationToken) : OfLogAsync(head, progress, cancellationToken);
        await foreach (var recorded in events)
        {
            var subject = EventSubject.Of(recorded.Event);
            if (subject.Dataset == dataset && recorded.Event is LayerRegistered { Kept: { Mode: KeepMode.Copy } kept })
            {
                kepts.Add(kept.Location);
            }

            // Bytes are nobody's own: they are told of wherever a layer stood on them.
            if (recorded.Event is BytesReleased released && recorded.Position <= head && kepts.Contains(released.Location))
            {
                lines.Add(new(recorded.Position, recorded.RecordedAtNs, recorded.Type, request.Segment, EventSentence.Of(recorded.Event)));
            }
            else if (subject.Dataset == dataset && recorded.Position <= head && (request.Segment is null || string.Equals(request.Segment, subject.Segment, StringComparison.Ordinal)))
            {
                var line = new HistoryLine(recorded.Position, recorded.RecordedAtNs, recorded.Type, subject.Segment, EventSentence.Of(recorded.Event));
                if (recorded.Event is SegmentPropertiesSet set)
                {
                    line = await WithTagsAsync(line, set, cancellationToken);
                }

                if (recorded.Event is RecordingPurged of)
                {
                    var (segments, leftover) = purges ??= (await PurgedSegments.ReadAsync(store, cancellationToken), await erasure.ReadLeftoverAsync(cancellationToken));
                    line = WithErasure(line, segments.Find(of.Dataset, of.Segment)!, leftover);
                }

                lines.Add(line);
            }
        }

        return lines.Count > 0 || request.Segment is null ? new(lines) : throw await NeverAsync(request.Dataset, dataset, request.Segment, asker, cancellationToken);
    }

    /// <summary>Which tags are among the properties: they lie beside the event, where a purge erases them.</summary>
    private async Task<HistoryLine> WithTagsAsync(HistoryLine line, SegmentPropertiesSet set, CancellationToken cancellationToken)
    {
        var blobs = await store.ReadBlobsAsync([set.PropertiesBlob], cancellationToken);
        try
        {
            return blobs.TryGetValue(set.PropertiesBlob, out var ipc) && TagValues.Words(RecordBatch.FromIpcStream(ipc)) is { Length: > 0 } tags ? line with { Text = $"{line.Text}; tags: {tags}" } : line;
        }
        catch (ArrowFormatException)
        {
            return line;
        }
    }

    private async Task<OperationException> NeverAsync(string given, DatasetId dataset, string segment, Asker asker, CancellationToken cancellationToken)
    {
        foreach (var other in await catalog.OthersNamedAsync(given, dataset, asker, cancellationToken))
        {
            if ((await store.ReadStreamsAsync([StreamIds.Segment(other, segment)], cancellationToken))[0].Events.Length > 0)
            {
                return new(OperationErrors.NotFound, $"the dataset that is called '{given}' never had a segment '{segment}'; one that was called so before had", $"strata history {other} {ShellWord.Of(segment)}");
            }
        }

        return new(OperationErrors.NotFound, $"dataset '{given}' never had a segment '{segment}'", $"strata segments {ShellWord.Of(given)}");
    }

    /// <summary>The event asks for the erasure, at its own time; whether it is done is known of the last one only, which does what earlier ones left.</summary>
    private HistoryLine WithErasure(HistoryLine line, PurgedSegment last, string? leftover) => last switch
    {
        { IsErased: true } when leftover is not null => line with { Erased = false, Text = $"{line.Text}; not all of that is done: {leftover}" },
        { IsErased: true } => line with { Erased = true, Text = $"{line.Text}; that is done" },
        _ when last.Position != line.Position => line with { Text = $"{line.Text}; whether that is done is told at position {last.Position.ToString(CultureInfo.InvariantCulture)}" },
        _ => line with { Erased = false, Text = $"{line.Text}; that is not done yet{(erasure.Failure is { } failure ? $", the last try ended with: {failure.Reason}" : "")}" },
    };

    private async IAsyncEnumerable<RecordedEvent> OfLogAsync(long head, IProgress<OperationProgress> progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var position = 0L; position < head;)
        {
            var page = await store.ReadAsync(position, EventsPerPage, cancellationToken);
            foreach (var recorded in page.Events)
            {
                yield return recorded;
            }

            position = page.NextPosition;
            progress.Report(new("reading", position, head));
        }
    }

    /// <summary>What concerns one segment stands in a few streams: its own, its evaluations, its dataset's for what a person told its rules, and those of its recordings and their bytes.</summary>
    private async IAsyncEnumerable<RecordedEvent> OfSegmentAsync(DatasetId dataset, string segment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var streams = await store.ReadStreamsAsync([StreamIds.Segment(dataset, segment), StreamIds.Evaluation(dataset, segment), StreamIds.Dataset(dataset)], cancellationToken);
        var recordings = streams[0].Events.Select(e => e.Event).OfType<LayerRegistered>()
            .SelectMany(l => new[] { StreamIds.Recording(l.Fingerprint), StreamIds.Content(l.Kept.Location) }).Distinct(StringComparer.Ordinal);
        var noted = await store.ReadStreamsAsync([.. recordings], cancellationToken);
        foreach (var recorded in streams.Concat(noted).SelectMany(stream => stream.Events).OrderBy(e => e.Position))
        {
            yield return recorded;
        }
    }
}

/// <summary>What an event is about.</summary>
/// <param name="Dataset">Null: bytes that many datasets may share.</param>
internal readonly record struct EventSubject(DatasetId? Dataset, string? Segment)
{
    public static EventSubject Of(StrataEvent @event) => @event switch
    {
        DatasetCreated e => new(e.Dataset, null),
        DatasetPinned e => new(e.Dataset, null),
        DatasetRenamed e => new(e.Dataset, null),
        DatasetDeleted e => new(e.Dataset, null),
        DatasetDetailsChanged e => new(e.Dataset, null),
        RetentionDeclared e => new(e.Dataset, null),
        RuleDeclared e => new(e.Dataset, null),
        RuleRetired e => new(e.Dataset, null),
        RuleSuppressed e => new(e.Dataset, e.Segment),
        RuleResumed e => new(e.Dataset, e.Segment),
        BackfillStarted e => new(e.Dataset, null),
        BackfillAdmitted e => new(e.Dataset, null),
        BackfillPaused e => new(e.Dataset, null),
        BackfillResumed e => new(e.Dataset, null),
        BackfillCancelled e => new(e.Dataset, null),
        BackfillFinished e => new(e.Dataset, null),
        LayerRegistered e => new(e.Dataset, e.Segment),
        LayerUnregistered e => new(e.Dataset, e.Segment),
        RecordingPurged e => new(e.Dataset, e.Segment),
        DerivationDone e => new(e.Dataset, e.Segment),
        DerivationSkipped e => new(e.Dataset, e.Segment.Length == 0 ? null : e.Segment),
        DerivationFailed e => new(e.Dataset, e.Segment),
        RecordingQuarantined e => new(e.Dataset, null),
        RecordingReleased e => new(e.Dataset, null),
        RecordingDiscarded e => new(e.Dataset, null),
        MessageAnswered e => new(e.Dataset, e.Segment),
        BytesReleased => new(null, null),
        RecordingChanged e => new(e.Dataset, e.Segment),
        RegistrationFinished e => new(e.Dataset, null),
        SegmentPropertiesSet e => new(e.Dataset, e.Segment),
        SegmentPropertiesRemoved e => new(e.Dataset, e.Segment),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} has no subject: add it to {nameof(EventSubject)}"),
    };
}
