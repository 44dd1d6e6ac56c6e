using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>Evaluates one prepared item: reads its inputs, runs the deriver, and says what came of it. Writes nothing. Source: DESIGN §4.6, rule 8.</summary>
internal sealed class WorkEvaluation(
    IRecordingStore recordings,
    RecordingReading reading,
    DeriverRegistry derivers,
    SchemaVerdicts verdicts,
    TransientRetry retry,
    WorkerOptions options,
    ILogger logger)
{
    public async Task<EvaluationResult> EvaluateAsync(PreparedWork work, CancellationToken cancellationToken)
    {
        var claimed = work.Claimed;
        if (claimed.Claim.Attempt > options.MaxAttempts && !work.StorageWasFull)
        {
            return Failed(work, FailureReasons.TooManyAttempts,
                $"attempt {claimed.Claim.Attempt} was not started: the {options.MaxAttempts} before it gave no answer, so the process may have died of this segment; look at its logs");
        }

        if (work.Output is { Origin: LayerOrigin.Given } given)
        {
            return Skipped(work, SkipReasons.Given, $"layer '{given.Layer}' (fingerprint {given.Fingerprint}) was registered by {given.Source.Kind}; a rule never overwrites a given layer");
        }

        if (derivers.Find(work.Rule.Deriver) is not { } deriver)
        {
            return Failed(work, FailureReasons.Unexpected,
                $"rule '{work.Rule.Rule}' asks for deriver '{work.Rule.Deriver}', which this program does not have; it has {string.Join(", ", derivers.Names)}");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claimed.Lost);
        try
        {
            var match = verdicts.Of(claimed.Item, () => deriver.Match(reading.ReadSchema(work.Inputs[0].SchemaIpc), work.Rule.Parameters));
            if (match.Mismatch is { } mismatch)
            {
                return Mismatched(work, mismatch);
            }

            var inputs = new List<InputLayer>(work.Inputs.Count);
            foreach (var input in work.Inputs)
            {
                inputs.Add(await LoadAsync(input, deriver, work.Rule.Parameters, stop.Token).ConfigureAwait(false));
            }

            return await DeriveAsync(work, deriver, inputs, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new EvaluationResult.Abandoned(claimed);
        }
        catch (InputFault fault)
        {
            return OfFault(work, fault.InnerException!, $"input layer '{fault.Layer.Layer}' (fingerprint {fault.Layer.Fingerprint}): {BrokenInput.Words(fault.Layer, fault.InnerException!)}", fault.Layer);
        }
#pragma warning disable CA1031 // A deriver is code that may fail in any way; each way becomes a failed evaluation that a person sees.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return OfFault(work, fault, $"deriver '{deriver.Name}' version {deriver.Version}: {fault.GetType().Name}: {fault.Message}", null);
        }
    }

    private async Task<InputLayer> LoadAsync(PreparedInput input, IDeriver deriver, CanonicalJson parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await retry.RunAsync(
                async token =>
                {
                    using var recording = await recordings.OpenAsync(input.Layer.Kept, token).ConfigureAwait(false);
                    return await reading.LoadInput(input.Layer, input.SchemaIpc, input.ChunkIndexIpc, recording, deriver, parameters, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InputFault(input.Layer, fault);
        }
    }

    private async Task<EvaluationResult> DeriveAsync(PreparedWork work, IDeriver deriver, IReadOnlyList<InputLayer> inputs, CancellationToken cancellationToken)
    {
        var item = work.Claimed.Item;
        var request = new DerivationRequest(item.Dataset, item.Segment, item.Rule, item.Revision, work.Rule.OutputLayer, work.Rule.Parameters, inputs);
        switch (deriver.Derive(request, cancellationToken))
        {
            case Derivation.Derived derived:
                var facts = derived.Facts ?? await reading.ReadFacts(derived.Rrd, cancellationToken).ConfigureAwait(false);
                return new EvaluationResult.Computed(work.Claimed, work.Rule.OutputLayer, derived.Rrd, facts, derived.Provenance, derived.Outcome);
            case Derivation.Skipped skipped:
                return new EvaluationResult.Decided(work.Claimed, SkippedEvaluation(work, skipped.Reason, skipped.Detail, skipped.RowsDropped, null));
            default:
                throw new InvalidOperationException($"deriver '{deriver.Name}' gave neither a layer nor a reason to skip");
        }
    }

    private EvaluationResult OfFault(PreparedWork work, Exception fault, string detail, LayerRegistered? input)
    {
        var item = work.Claimed.Item;
        if (Faults.IsOfForeignStore(fault))
        {
            return new EvaluationResult.Abandoned(work.Claimed);
        }

        if (Faults.IsTransient(fault))
        {
            logger.LogWarning("Rule {Rule} on segment {Segment} waits: {Detail}", item.Rule, item.Segment, detail);
            return new EvaluationResult.Postponed(work.Claimed, Faults.IsStorageFull(fault) ? FailureReasons.StorageFull : PostponedReason.Transient, detail);
        }

        var reason = Faults.ReasonOf(fault);
        logger.LogWarning("Rule {Rule} on segment {Segment} failed ({Reason}): {Detail}", item.Rule, item.Segment, reason, detail);
        logger.LogDebug(fault, "Where it happened");
        var failed = Failed(work, reason, detail);
        return input is not null && ChangedReference.Of(input, fault) is { } changed ? failed with { Changed = changed } : failed;
    }

    private EvaluationResult.Decided Failed(PreparedWork work, string reason, string detail)
    {
        var (item, claim) = (work.Claimed.Item, work.Claimed.Claim);
        return new(work.Claimed, new Evaluation.Failed(item.Dataset, item.Segment, item.Rule, item.Revision, item.WorkId, item.Inputs, reason, detail, claim.Attempt)
        {
            OpenedAtPosition = item.OpenedAtPosition,
            Backfill = item.Backfill,
            DeriverVersion = derivers.Find(work.Rule.Deriver)?.Version,
        });
    }

    private EvaluationResult.Decided Skipped(PreparedWork work, string reason, string detail) =>
        new(work.Claimed, SkippedEvaluation(work, reason, detail, [], null));

    private EvaluationResult.Mismatched Mismatched(PreparedWork work, string mismatch) =>
        new(work.Claimed, SkippedEvaluation(work, SkipReasons.SchemaMismatch, mismatch, [], work.Claimed.Item.SchemaSha256), work.Output is not null);

    private Evaluation.Skipped SkippedEvaluation(PreparedWork work, string reason, string detail, EquatableArray<DroppedRows> dropped, Sha256Digest? forSchema)
    {
        var item = work.Claimed.Item;
        return new(item.Dataset, item.Segment, item.Rule, item.Revision, item.WorkId, item.Inputs, reason, detail, dropped, forSchema)
        {
            OpenedAtPosition = item.OpenedAtPosition,
            Backfill = item.Backfill,
            DeriverVersion = derivers.Find(work.Rule.Deriver)?.Version,
        };
    }

    /// <summary>Carries which input a fault belongs to out of the retries.</summary>
#pragma warning disable CA1064, CA1032 // Never leaves this class.
    private sealed class InputFault(LayerRegistered layer, Exception fault) : Exception(fault.Message, fault)
    {
        public LayerRegistered Layer { get; } = layer;
    }
#pragma warning restore CA1064, CA1032
}
