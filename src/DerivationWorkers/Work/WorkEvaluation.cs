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
    private readonly OutsideEvaluation _outside = new(recordings, reading);

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

        var (builtIn, outside) = (derivers.Find(work.Rule.Deriver), derivers.FindOutside(work.Rule.Deriver));
        if (builtIn is null && outside is null)
        {
            return Failed(work, FailureReasons.DeriverMissing, $"rule '{work.Rule.Rule}' asks for deriver '{work.Rule.Deriver}', which {derivers.WhyNone(work.Rule.Deriver)}");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claimed.Lost);
        try
        {
            var match = verdicts.Of(claimed.Item, () => SchemaFit.Of(builtIn, outside, reading.ReadSchema(work.Inputs[0].SchemaIpc), work.Rule.Parameters, work.Rule.OutputLayer));
            if (match.Mismatch is { } mismatch)
            {
                return Mismatched(work, mismatch);
            }

            if (builtIn is not { } deriver)
            {
                var derivation = await _outside.RunAsync(outside!, RequestOf(work, []), work.Inputs, stop.Token).ConfigureAwait(false);
                return await ResultOfAsync(work, derivation, work.Rule.Deriver, stop.Token).ConfigureAwait(false);
            }

            var inputs = new List<InputLayer>(work.Inputs.Count);
            foreach (var input in work.Inputs)
            {
                inputs.Add(await LoadAsync(input, deriver, work.Rule.Parameters, stop.Token).ConfigureAwait(false));
            }

            var derived = LargeInputs.WithRoom(() => deriver.Derive(RequestOf(work, inputs), stop.Token));
            return await ResultOfAsync(work, derived, deriver.Name, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new EvaluationResult.Abandoned(claimed);
        }
        catch (InputFault fault)
        {
            return OfInput(work, fault.Layer, fault.InnerException!);
        }
        catch (OutsideInputException fault)
        {
            return OfInput(work, fault.Layer, fault.InnerException!);
        }
        catch (OutsideDeriverException fault)
        {
            return OfOutside(work, fault);
        }
#pragma warning disable CA1031 // A deriver is code that may fail in any way; each way becomes a failed evaluation that a person sees.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return OfFault(work, fault, $"deriver '{work.Rule.Deriver}' version {builtIn?.Version ?? outside!.Version}: {fault.GetType().Name}: {fault.Message}", null);
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

    private static DerivationRequest RequestOf(PreparedWork work, IReadOnlyList<InputLayer> inputs)
    {
        var item = work.Claimed.Item;
        return new(item.Dataset, item.Segment, item.Rule, item.Revision, work.Rule.OutputLayer, work.Rule.Parameters, inputs);
    }

    private async Task<EvaluationResult> ResultOfAsync(PreparedWork work, Derivation derivation, string deriver, CancellationToken cancellationToken)
    {
        switch (derivation)
        {
            case Derivation.Derived derived:
                var facts = derived.Facts ?? await reading.ReadFacts(derived.Rrd, cancellationToken).ConfigureAwait(false);
                return new EvaluationResult.Computed(work.Claimed, work.Rule.OutputLayer, derived.Rrd, facts, derived.Provenance, derived.Outcome);
            case Derivation.Skipped skipped:
                return new EvaluationResult.Decided(work.Claimed, SkippedEvaluation(work, skipped.Reason, skipped.Detail, skipped.RowsDropped, null));
            default:
                throw new InvalidOperationException($"deriver '{deriver}' gave neither a layer nor a reason to skip");
        }
    }

    private EvaluationResult OfInput(PreparedWork work, LayerRegistered input, Exception fault) =>
        OfFault(work, fault, $"input layer '{input.Layer}' (fingerprint {input.Fingerprint}): {BrokenInput.Words(input, fault)}", input);

    /// <summary>What a process of somebody else does is no fault of this one, and no reason to try again, unless it says so itself.</summary>
    private EvaluationResult OfOutside(PreparedWork work, OutsideDeriverException fault)
    {
        var item = work.Claimed.Item;
        logger.LogWarning("Rule {Rule} on segment {Segment} {Ends} ({Reason}): {Detail}", item.Rule, item.Segment, fault.WillPass ? "waits" : "failed", fault.Reason, fault.Message);
        return fault.WillPass && work.Claimed.Claim.Attempt < options.MaxAttempts
            ? new EvaluationResult.Postponed(work.Claimed, fault.Reason, fault.Message)
            : Failed(work, fault.Reason, fault.Message);
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
