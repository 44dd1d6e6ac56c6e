using Strata.Contracts;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>What came of one claimed item before anything was written.</summary>
internal abstract record EvaluationResult(ClaimedItem Claimed)
{
    /// <summary>A file that is to be written and registered.</summary>
    public sealed record Computed(
        ClaimedItem Claimed,
        string OutputLayer,
        ReadOnlyMemory<byte> Rrd,
        RecordingFacts Facts,
        Provenance Provenance,
        string Outcome) : EvaluationResult(Claimed);

    /// <param name="Changed">Set when an input turned out not to be what was registered.</param>
    public sealed record Decided(ClaimedItem Claimed, Evaluation Evaluation, RecordingChanged? Changed = null) : EvaluationResult(Claimed);

    /// <summary>The rule cannot match any segment whose input has this schema; recorded once for all of them.</summary>
    /// <param name="LayerStands">What the rule made of an earlier input still stands in this segment and has to go, so this one is sent in any case.</param>
    public sealed record Mismatched(ClaimedItem Claimed, Evaluation.Skipped Evaluation, bool LayerStands) : EvaluationResult(Claimed);

    /// <summary>The inputs or the rule are not current any more: nothing is to be recorded.</summary>
    public sealed record Stale(ClaimedItem Claimed) : EvaluationResult(Claimed);

    /// <param name="Kind"><see cref="PostponedReason.Transient"/> or <see cref="FailureReasons.StorageFull"/>.</param>
    public sealed record Postponed(ClaimedItem Claimed, string Kind, string Detail) : EvaluationResult(Claimed);

    /// <summary>Not evaluated because the worker stops, or may not use the recordings any more: the claim goes back and the attempt is not counted.</summary>
    public sealed record Abandoned(ClaimedItem Claimed) : EvaluationResult(Claimed);
}
