using System.Collections.Immutable;
using System.Globalization;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Records what rules came to, many segments in one append; a refused item fails no other. Source: DESIGN §4.6, rule 6.</summary>
internal sealed class RecordEvaluationsHandler(OptimisticAppend appends, IRecordingStore recordings)
{
    /// <summary>To look whether a file is there waits for an object store to answer, and costs neither of the two much.</summary>
    private const int ParallelLooks = 16;

    public async Task<IReadOnlyList<EvaluationAnswer>> HandleAsync(IReadOnlyList<Evaluation> evaluations, CancellationToken cancellationToken)
    {
        if (evaluations.Count == 0)
        {
            return [];
        }

        var blobs = new BlobBuffer(appends.Store);
        var contents = new LayerContent?[evaluations.Count];
        for (var k = 0; k < contents.Length; k++)
        {
            if (evaluations[k] is Evaluation.Derived derived)
            {
                contents[k] = SourceInspection.ContentOf(derived.Facts);
                SourceInspection.AddBlobs(derived.Facts, contents[k]!, blobs);
            }
        }

        await blobs.WriteAheadWhenLargeAsync(cancellationToken);
        return await OptimisticAppend.RunAsync(
            $"record {evaluations.Count} evaluations", token => TryAsync(evaluations, contents, blobs, token), cancellationToken);
    }

    private async Task<IReadOnlyList<EvaluationAnswer>?> TryAsync(
        IReadOnlyList<Evaluation> evaluations, LayerContent?[] contents, BlobBuffer blobs, CancellationToken cancellationToken)
    {
        await using var hold = await recordings.HoldAsync(cancellationToken);
        await RequireThereAsync(evaluations, cancellationToken);
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync(evaluations.SelectMany(StreamsOf), cancellationToken);
        var plan = new AppendPlan();
        var attempts = new Dictionary<DatasetId, EvaluationAttempt>();
        var decided = new (EvaluationDecision Decision, PlannedEvent? Planned)[evaluations.Count];
        for (var k = 0; k < decided.Length; k++)
        {
            if (!attempts.TryGetValue(evaluations[k].Dataset, out var attempt))
            {
                attempt = await EvaluationAttempt.OpenAsync(appends.Store, evaluations[k].Dataset, streams, plan, cancellationToken);
                attempts.Add(evaluations[k].Dataset, attempt);
            }

            plan.Trace(StreamIds.Segment(evaluations[k].Dataset, evaluations[k].Segment), evaluations[k].TraceParent);
            plan.Trace(StreamIds.Evaluation(evaluations[k].Dataset, evaluations[k].Segment), evaluations[k].TraceParent);
            decided[k] = await attempt.DecideAsync(evaluations[k], contents[k], cancellationToken);
        }

        foreach (var attempt in attempts.Values)
        {
            attempt.WriteGuards();
        }

        if (plan.IsEmpty)
        {
            return Answers(evaluations, decided, _ => 0);
        }

        return await appends.TryAppendAsync(plan.Build(CommandIdOf(evaluations, streams), blobs.Waiting), cancellationToken) is AppendResult.Appended appended
            ? Answers(evaluations, decided, plan.Locate(appended.Positions))
            : null;
    }

    /// <summary>They were written before anything was held. A copy that is gone by now is derived and written again, as after any trouble of the store.</summary>
    private Task RequireThereAsync(IReadOnlyList<Evaluation> evaluations, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        evaluations.OfType<Evaluation.Derived>(),
        new ParallelOptions { MaxDegreeOfParallelism = ParallelLooks, CancellationToken = cancellationToken },
        async (derived, token) =>
        {
            if (!await recordings.IsThereAsync(derived.File.Kept, token))
            {
                var location = derived.File.Kept.Location;
                throw new RecordingStorageException(
                    location, $"it was written for layer '{derived.OutputLayer}' and let go of before it was recorded; it is derived again", new FileNotFoundException(null, location));
            }
        });

    /// <summary>
    /// The work itself and what was known when it was decided: who never learned of the commit decides the same again and appends nothing, while the same work may
    /// be recorded anew after its layer was taken away.
    /// </summary>
    private static string CommandIdOf(IReadOnlyList<Evaluation> evaluations, LoadedStreams streams) => CommandIds.Of(
        "record-evaluations",
        evaluations.SelectMany(e => StreamsOf(e)
            .Select(s => streams.Raw(s).Version.ToString(CultureInfo.InvariantCulture))
            .Prepend(((e as Evaluation.Failed)?.Attempt ?? 0).ToString(CultureInfo.InvariantCulture))
            .Prepend(e.GetType().Name)
            .Prepend(e.WorkId.Value)));

    private static IEnumerable<string> StreamsOf(Evaluation evaluation) =>
    [
        StreamIds.Dataset(evaluation.Dataset),
        StreamIds.Segment(evaluation.Dataset, evaluation.Segment),
        StreamIds.Evaluation(evaluation.Dataset, evaluation.Segment),
        StreamIds.Evaluation(evaluation.Dataset, ""),
    ];

    private static ImmutableArray<EvaluationAnswer> Answers(
        IReadOnlyList<Evaluation> evaluations, (EvaluationDecision Decision, PlannedEvent? Planned)[] decided, Func<PlannedEvent, long> locate) =>
    [
        .. decided.Select((d, k) => new EvaluationAnswer(
            evaluations[k].WorkId, d.Decision.Status, d.Planned is { } planned ? locate(planned) : d.Decision.KnownPosition)),
    ];
}
