namespace Strata.Contracts;

/// <param name="Reason">One of the closed lists of reasons; null: the outcome says it all.</param>
/// <param name="Meaning">In one line.</param>
/// <param name="WhatToDo">In one line; what is in capitals is to be filled in.</param>
public sealed record ReasonLine(string Outcome, string? Reason, string Meaning, string WhatToDo);

/// <summary>Every outcome and reason of a rule's decision with what it means and what to do about it: the one list, which <c>strata derivations</c> prints and docs/derivations.md shows.</summary>
public static class ReasonLines
{
    public static IReadOnlyList<ReasonLine> All { get; } =
    [
        new(DerivationOutcomes.Derived, null, "the layer stands", "nothing"),
        new(DerivationOutcomes.Review, ReviewReasons.TooManyDropped, "so many rows could not be compared that the rest tells nothing", "look at the recording, or allow more with `maxDroppedFraction`"),
        new(DerivationOutcomes.Review, ReviewReasons.Condition, "the conditions of a verdict say `review`, or one of them cannot be answered", "look at the segment; `strata why` has which condition decided"),
        new(DerivationOutcomes.Review, ReviewReasons.DeriverAsks, "an outside deriver asks for a person", "look at the segment and at what the deriver wrote"),
        new(DerivationOutcomes.Skipped, SkipReasons.Given, "somebody registered a layer under this name, which no rule overwrites", "`strata rule adopt DATASET SEGMENT LAYER` gives the name back to the rule"),
        new(DerivationOutcomes.Skipped, SkipReasons.SchemaMismatch, "the recording has not what the rule reads", "set the parameter that the detail names, for what is registered from then on"),
        new(DerivationOutcomes.Skipped, SkipReasons.NoData, "what the rule reads is there and has no rows", "look at the recording"),
        new(DerivationOutcomes.Skipped, SkipReasons.NoComparableRows, "there are rows, and none could be compared", "the detail counts why; it often names a parameter"),
        new(DerivationOutcomes.Skipped, SkipReasons.NoCommonIndex, "what is to be compared shares no timeline", "name one with `index`, or log both on one"),
        new(DerivationOutcomes.Skipped, SkipReasons.Superseded, "the result came too late: an input or the rule had changed", "nothing; it is made anew"),
        new(DerivationOutcomes.Skipped, SkipReasons.Suppressed, "a person took the layer away, or told the rule to leave the segment alone", "`strata rule resume DATASET RULE SEGMENT`"),
        new(DerivationOutcomes.Skipped, SkipReasons.SchemaConflict, "the layer would contradict the schema of given ones", "let the rule write another entity path, or mend the given layers"),
        new(DerivationOutcomes.Skipped, SkipReasons.YieldedSchema, "the layer stood, and gave way to a given one of another schema", "it comes back when that one goes"),
        new(DerivationOutcomes.Skipped, SkipReasons.Declined, "an outside deriver said itself that it derives nothing", "the detail has its words"),
        new(DerivationOutcomes.Failed, FailureReasons.RecordingMissing, "the bytes of an input are gone", "register the same file again"),
        new(DerivationOutcomes.Failed, FailureReasons.RecordingChanged, "a referenced file is not what was registered", "bring it back, or register it with `--on-duplicate replace`"),
        new(DerivationOutcomes.Failed, FailureReasons.RecordingBroken, "an input cannot be read", "register a whole file with `--on-duplicate replace`"),
        new(DerivationOutcomes.Failed, FailureReasons.TooManyAttempts, "each attempt ended without an answer, so the process may have died of it", "look at the worker's log, then `strata rule resume DATASET RULE SEGMENT`"),
        new(DerivationOutcomes.Failed, FailureReasons.StorageFull, "there was no room to write the layer", "free room; the work goes on by itself"),
        new(DerivationOutcomes.Failed, FailureReasons.Unexpected, "the deriver threw", "mend the cause, then `strata rule resume DATASET RULE SEGMENT`"),
        new(DerivationOutcomes.Failed, FailureReasons.DeriverMissing, "no deriver of that name is here, its program is not, or nobody takes its jobs", "install it, or start its worker: when a worker of Strata starts that has it, or one takes jobs from its queue again, this is tried again"),
        new(DerivationOutcomes.Failed, FailureReasons.DeriverFailed, "an outside deriver ended with an exit code or by a signal, or said that it failed", "the detail has what it wrote last; mend it, then `strata rule resume DATASET RULE SEGMENT`"),
        new(DerivationOutcomes.Failed, FailureReasons.DeriverTimeout, "an outside deriver took longer than its `timeSeconds`", "allow more in its definition, or mend it, then `strata rule resume DATASET RULE SEGMENT`"),
        new(DerivationOutcomes.Failed, FailureReasons.DeriverMemory, "an outside deriver held more than its `memoryBytes`", "allow more in its definition, or mend it, then `strata rule resume DATASET RULE SEGMENT`"),
        new(DerivationOutcomes.Failed, FailureReasons.DeriverAnswer, "what an outside deriver answered is refused", "the detail says what is wrong with it; mend it, then `strata rule resume DATASET RULE SEGMENT`"),
        new(DerivationOutcomes.Pending, null, "in the work list, and not decided yet", "wait, or start `strata serve`, in which workers run"),
        new(DerivationOutcomes.WaitsForInput, null, "a layer that the rule reads does not stand in the segment", "register it; if a rule makes it, see that rule's line"),
        new(DerivationOutcomes.NeedsBackfill, null, "the segment was registered before the rule was declared", "`strata backfill DATASET RULE`"),
        new(DerivationOutcomes.Suppressed, SkipReasons.Suppressed, "a person took the layer away, or told the rule to leave the segment alone", "`strata rule resume DATASET RULE SEGMENT`"),
        new(DerivationOutcomes.Given, SkipReasons.Given, "a layer was derived, and somebody's own stands in its place", "`strata rule adopt DATASET SEGMENT LAYER` gives the name back to the rule"),
        new(DerivationOutcomes.Removed, null, "a layer was derived, and does not stand any more", "register its input again with `--on-duplicate replace`"),
    ];

    /// <returns>The line of the reason, else the outcome's own; null for a reason that is not in the list.</returns>
    public static ReasonLine? Find(string outcome, string? reason) => All.FirstOrDefault(l => l.Outcome == outcome && l.Reason == reason);
}
