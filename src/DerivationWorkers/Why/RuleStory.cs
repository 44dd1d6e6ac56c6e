using System.Globalization;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>What one rule came to in one segment, and why.</summary>
internal sealed class RuleStory(WhyFacts facts, SegmentHistory segment, RuleHistory rules)
{
    public WhyRow Tell(RuleRecord rule)
    {
        var standing = segment.Find(rule.Rule.OutputLayer);
        if (standing is { Layer.Origin: LayerOrigin.Given })
        {
            return OfGiven(rule, standing);
        }

        if (facts.Open.FirstOrDefault(i => i.Rule == rule.Rule.Rule && i.Revision == rule.Rule.Revision) is { } open)
        {
            return Pending(rule, open, standing);
        }

        if (standing?.Layer.Provenance is { } provenance)
        {
            return OfDerived(rule, standing, provenance);
        }

        if (rules.Suppression(rule.Rule, segment) is { } suppression)
        {
            return Row(rule, WhyOutcomes.Suppressed, SkipReasons.Suppressed, suppression.Position,
                $"rule '{rule.Rule.Rule}' leaves this segment alone since position {suppression.Position} ({suppression.Event.Reason}); it goes on when an input changes, or with `strata rule resume {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(rule.Rule.Rule)} {ShellWord.Of(facts.Segment)}`");
        }

        var missing = rule.Rule.Inputs.Where(i => segment.Find(i) is null).ToList();
        return missing.Count > 0 ? WaitsForInput(rule, missing) : OfEvaluation(rule);
    }

    private WhyRow OfGiven(RuleRecord rule, LayerRecord standing)
    {
        var changed = rule.Rule.Inputs.Select(i => segment.ChangedAfter(i, standing.Position)).FirstOrDefault(r => r is not null);
        return changed is null
            ? Row(rule, WhyOutcomes.Given, SkipReasons.Given, standing.Position, $"{WhyWords.Given(standing)}; rule '{rule.Rule.Rule}' never overwrites a given layer. Unregister it to have it derived")
            : Row(rule, WhyOutcomes.Stale, SkipReasons.Given, standing.Position,
                $"{WhyWords.Given(standing)}; it is stale, since input layer '{changed.Layer.Layer}' was replaced at position {changed.Position}, and it is kept, since rule '{rule.Rule.Rule}' never overwrites a given layer. Register a new one, or unregister it to have it derived");
    }

    private WhyRow OfDerived(RuleRecord rule, LayerRecord standing, Provenance provenance)
    {
        var review = facts.Evaluations.Any(e => e.Rule == provenance.Rule && e.Segment == facts.Segment && e.Current && e.Outcome == WhyOutcomes.Review);
        var words = QualityWords.Of(facts, segment, standing, provenance) + (review ? QualityWords.OfReview(facts, segment, provenance) : "");
        return new(
            rule.Rule.Rule, rule.Rule.OutputLayer, review ? WhyOutcomes.Review : WhyOutcomes.Derived, review ? ReviewReasons.TooManyDropped : null, standing.Position,
            provenance.Inputs, provenance.RowsUsed, provenance.RowsDropped, WhyWords.Derived(standing, provenance) + words + BroughtBy(provenance));
    }

    private string BroughtBy(Provenance provenance) =>
        facts.Evaluations.FirstOrDefault(e => e.Rule == provenance.Rule && e.Segment == facts.Segment && e.Current)?.Backfill is { } backfill ? $"; back-fill {backfill} brought it" : "";

    private WhyRow Pending(RuleRecord rule, WorkItem open, LayerRecord? standing)
    {
        var attempts = facts.Attempts.GetValueOrDefault(ClaimKeys.Of(open));
        var state = attempts switch
        {
            _ when facts.AsOf is { } position => Invariant($"as of position {position} it was not evaluated yet"),
            { Owner: { } owner } when attempts.LeasedUntilNs > facts.NowNs => PostponedReason.Ends(attempts.LastReason, attempts.Attempts) || attempts.Attempts == 0
                ? Invariant($"attempt {attempts.Attempts + 1} waits for its turn at {owner}")
                : Invariant($"attempt {attempts.Attempts} is under way at {owner}"),
            null or { Attempts: 0 } => "no worker has taken it yet; one runs in `strata serve`",
            _ when attempts.DueAtNs > facts.NowNs => Invariant($"attempt {attempts.Attempts + 1} is due at {WhyWords.Time(attempts.DueAtNs)}"),
            _ => Invariant($"attempt {attempts.Attempts + 1} is due now"),
        };
        var last = attempts?.LastReason is { } reason ? $"; the last one ended with {reason}" : "";
        var brought = open.Backfill is { } backfill ? $" (back-fill {backfill} brought it)" : "";
        var old = standing is null ? "" : $"; until then the one of position {standing.Position} stands, made from {WhyWords.Inputs(standing.Layer.Provenance?.Inputs ?? [])}";
        return new(rule.Rule.Rule, rule.Rule.OutputLayer, WhyOutcomes.Pending, attempts?.LastReason, null, open.Inputs, 0, [],
            $"layer '{rule.Rule.OutputLayer}' is open since position {open.OpenedAtPosition} for rule '{rule.Rule.Rule}' revision {open.Revision} from {WhyWords.Inputs(open.Inputs)}{brought}: {state}{last}{old}");
    }

    private WhyRow WaitsForInput(RuleRecord rule, IReadOnlyList<string> missing)
    {
        var makers = missing.SelectMany(rules.For).Select(r => $"'{r.Rule.OutputLayer}' is made by rule '{r.Rule.Rule}', see its own line").ToList();
        return Row(rule, WhyOutcomes.WaitsForInput, null, null,
            $"rule '{rule.Rule.Rule}' needs layer {WhyWords.List(missing.Select(m => $"'{m}'"))}, which does not stand in this segment{(makers.Count > 0 ? $" ({WhyWords.List(makers)})" : facts.Purge is null ? "; register it" : "")}");
    }

    private WhyRow OfEvaluation(RuleRecord rule)
    {
        var inputs = rule.Rule.Inputs.Select(i => segment.Find(i)!).ToList();
        var evaluation = facts.Evaluations
            .Where(e => e.Rule == rule.Rule.Rule && e.Current && (e.Segment == facts.Segment || e.WorkId is null))
            .OrderByDescending(e => e.Position)
            .FirstOrDefault();
        if (evaluation is null)
        {
            return inputs.Max(i => i.Position) < rule.Position
                ? Row(rule, WhyOutcomes.NeedsBackfill, null, rule.Position,
                    $"rule '{rule.Rule.Rule}' was declared as revision {rule.Rule.Revision} at position {rule.Position}, after this segment's inputs were registered; a rule works on what comes after it, so this segment needs a backfill: {Backfill(rule)}")
                : Row(rule, WhyOutcomes.Pending, null, null, $"rule '{rule.Rule.Rule}' has not decided about this segment, and its work is not listed yet; ask again in a moment, or compare with `strata rebuild --verify`");
        }

        var outcome = evaluation.Outcome;
        var removed = segment.FindRemoved(rule.Rule.OutputLayer);
        var words = outcome switch
        {
            WhyOutcomes.Failed => Invariant($"failed after {evaluation.Attempt} attempt{(evaluation.Attempt == 1 ? "" : "s")} ({evaluation.Reason}): {evaluation.Detail?.TrimEnd('.')}; it waits for a person: {HowToTryAgain(rule, evaluation, inputs)}"),
            WhyOutcomes.Skipped when evaluation.Reason == SkipReasons.YieldedSchema => $"skipped ({evaluation.Reason}): {evaluation.Detail}{HowToComeBack(removed?.Event.YieldedTo)}",
            WhyOutcomes.Skipped => $"skipped ({evaluation.Reason}): {evaluation.Detail}{HowToSet(rule, evaluation)}{PathsFound(evaluation, inputs)}",
            _ => $"was {outcome} at position {evaluation.Position}, and its layer does not stand any more{HowItWent(rule, removed)}",
        };
        return new(rule.Rule.Rule, rule.Rule.OutputLayer, outcome, evaluation.Reason, evaluation.Position, evaluation.Inputs, evaluation.RowsUsed, evaluation.RowsDropped,
            $"rule '{rule.Rule.Rule}' at position {evaluation.Position} ({WhyWords.Time(evaluation.RecordedAtNs)}) {words}{LaterRevision(rule, evaluation)}");
    }

    /// <summary>Bytes that are gone come back from their file, or by deriving them again; all else is for a person to mend first.</summary>
    private string HowToTryAgain(RuleRecord rule, EvaluationRow evaluation, List<LayerRecord> inputs)
    {
        var resume = $"`strata rule resume {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(rule.Rule.Rule)} {ShellWord.Of(facts.Segment)}`";
        if (evaluation.Reason is not (FailureReasons.RecordingMissing or FailureReasons.RecordingBroken or FailureReasons.RecordingChanged))
        {
            return $"mend the cause, then {resume} tries again";
        }

        // The detail names the input that could not be read.
        var input = inputs.FirstOrDefault(i => evaluation.Detail?.Contains(i.Layer.Fingerprint.Value, StringComparison.Ordinal) == true) ?? inputs[0];
        return input.Layer switch
        {
            { Provenance: { } provenance } layer =>
                $"`strata unregister {ShellWord.Of(facts.DatasetName)} --segment {ShellWord.Of(facts.Segment)} --layer {ShellWord.Of(layer.Layer)}` and then `strata rule resume {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(provenance.Rule)} {ShellWord.Of(facts.Segment)}` derive that layer again",
            var layer when evaluation.Reason == FailureReasons.RecordingBroken =>
                $"{BrokenInput.Replace(facts.DatasetName, layer.Layer)} with a whole file puts it in place of the damaged one and tries again; {resume} alone reads the same bytes again",
            { Kept.Mode: KeepMode.Reference } => $"bring its file back, then {resume} tries again",
            var layer =>
                $"`strata register PATH --dataset {ShellWord.Of(facts.DatasetName)} --layer {ShellWord.Of(layer.Layer)}` with the file that was registered puts its bytes back and tries again; once they are back, {resume} does too",
        };
    }

    private string HowToComeBack(LayerName? cause) => cause is not null && facts.YieldedTo.TryGetValue(cause, out var position)
        ? Invariant($" (position {position}). It is derived again when that layer goes: `strata unregister {ShellWord.Of(facts.DatasetName)} --segment {ShellWord.Of(cause.Segment)} --layer {ShellWord.Of(cause.Layer)}`")
        : ". It is derived again when no given layer contradicts it any more";

    private static string HowItWent(RuleRecord rule, (LayerUnregistered Event, long Position)? removed) => removed is { } gone
        ? Invariant($": it was unregistered at position {gone.Position} ({gone.Event.Reason}, by {WhyWords.Source(gone.Event.Source)}); to have it derived, register layer '{rule.Rule.Inputs[0]}' again with `--on-duplicate replace`")
        : "";

    private string LaterRevision(RuleRecord rule, EvaluationRow evaluation) => evaluation.Revision < rule.Rule.Revision
        ? Invariant($". That was revision {evaluation.Revision}; revision {rule.Rule.Revision}, declared at position {rule.Position}, applies to what is registered after it, and to this segment by {Backfill(rule)}")
        : "";

    private string Backfill(RuleRecord rule) => $"`strata backfill {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(rule.Rule.Rule)}`";

    /// <summary>A deriver knows its own parameters; which dataset and rule they are to be set for is known here.</summary>
    private string HowToSet(RuleRecord rule, EvaluationRow evaluation) =>
        evaluation.Detail?.Contains("`--set ", StringComparison.Ordinal) == true
            ? $". Parameters are set with `strata rule declare {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(rule.Rule.Rule)} --set NAME=VALUE`, for what is registered from then on"
            : "";

    /// <summary>Where something was not found, a person wants to see what was.</summary>
    private string PathsFound(EvaluationRow evaluation, IEnumerable<LayerRecord> inputs)
    {
        if (evaluation.Reason is not (SkipReasons.SchemaMismatch or SkipReasons.NoData or SkipReasons.NoComparableRows or SkipReasons.NoCommonIndex))
        {
            return "";
        }

        var found = inputs.Select(i => $"layer '{i.Layer.Layer}' has the entity paths {WhyWords.List(facts.EntityPaths.GetValueOrDefault(i.Layer.Layer) ?? [])}");
        return $". What was found: {string.Join("; ", found)}";
    }

    private static WhyRow Row(RuleRecord rule, string outcome, string? reason, long? position, string sentence) =>
        new(rule.Rule.Rule, rule.Rule.OutputLayer, outcome, reason, position, [], 0, [], sentence);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
