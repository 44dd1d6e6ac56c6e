using System.Globalization;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>What one rule came to in one segment, and why.</summary>
internal sealed class RuleStory(WhyFacts facts, SegmentHistory segment, RuleHistory rules)
{
    private readonly RuleAdvice _advice = new(facts);

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
            return provenance.Rule != rule.Rule.Rule ? OfOther(rule, standing, provenance)
                : segment.FirstReplaced(provenance) is { } replaced ? OfStale(rule, standing, provenance, replaced)
                : OfDerived(rule, standing, provenance);
        }

        if (Suppressed(rule) is { } suppressed)
        {
            return Row(rule, WhyOutcomes.Suppressed, SkipReasons.Suppressed, suppressed.Position, suppressed.Words);
        }

        var missing = rule.Rule.Inputs.Where(i => segment.Find(i) is null).ToList();
        return missing.Count > 0 ? WaitsForInput(rule, missing) : OfEvaluation(rule);
    }

    private WhyRow OfGiven(RuleRecord rule, LayerRecord standing)
    {
        var changed = rule.Rule.Inputs.Select(i => segment.ChangedAfter(i, standing.Position)).FirstOrDefault(r => r is not null);
        return changed is null
            ? Row(rule, WhyOutcomes.Given, SkipReasons.Given, standing.Position, $"{WhyWords.Given(standing)}; rule '{rule.Rule.Rule}' never overwrites a given layer. {_advice.HowToAdopt(standing.Layer)}")
            : Row(rule, WhyOutcomes.Stale, SkipReasons.Given, standing.Position,
                $"{WhyWords.Given(standing)}; it is stale, since input layer '{changed.Layer.Layer}' was replaced at position {changed.Position}, and it is kept, since rule '{rule.Rule.Rule}' never overwrites a given layer. Register a new one; or {_advice.HowToAdopt(standing.Layer)}");
    }

    private (string Words, long Position)? Suppressed(RuleRecord rule) => rules.Suppression(rule.Rule, segment) is { } suppression
        ? (Invariant($"rule '{rule.Rule.Rule}' leaves this segment alone since position {suppression.Position} ({suppression.Event.Reason}); it goes on when an input changes, or with `strata rule resume {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(rule.Rule.Rule)} {ShellWord.Of(facts.Segment)}`"), suppression.Position)
        : null;

    /// <summary>The layer bears the name that another rule writes by now.</summary>
    private WhyRow OfOther(RuleRecord rule, LayerRecord standing, Provenance provenance)
    {
        var retired = rules.FindRetired(provenance.Rule) is { } gone ? Invariant($"; that rule was retired at position {gone.Position}") : "";
        return new(
            rule.Rule.Rule, rule.Rule.OutputLayer, WhyOutcomes.NeedsBackfill, null, standing.Position, provenance.Inputs, provenance.RowsUsed, provenance.RowsDropped,
            Invariant($"{WhyWords.Derived(standing, provenance)}{retired}. Rule '{rule.Rule.Rule}' writes this layer since position {rule.FirstPosition} and works on what comes after it: register layer '{rule.Rule.Inputs[0]}' again with `--on-duplicate replace`"));
    }

    /// <summary>Made of what does not stand any more, and nobody works at it: why it was not made anew is what the person asks.</summary>
    private WhyRow OfStale(RuleRecord rule, LayerRecord standing, Provenance provenance, DerivationInput replaced)
    {
        var evaluation = LatestEvaluation(rule);
        var now = segment.Find(replaced.Layer);
        var cause = now is null ? "does not stand any more" : Invariant($"was replaced at position {now.Position}");
        var why = Suppressed(rule) is { } suppressed ? suppressed.Words
            : evaluation is { Outcome: WhyOutcomes.Failed } ? Invariant($"rule '{rule.Rule.Rule}' at position {evaluation.Position} {Failure(rule, evaluation, [.. rule.Rule.Inputs.Select(segment.Find).OfType<LayerRecord>()])}")
            : evaluation is not null ? $"rule '{rule.Rule.Rule}' came to {evaluation.Outcome} ({evaluation.Reason}): {evaluation.Detail}"
            : Invariant($"rule '{rule.Rule.Rule}' does not work on it: it was declared at position {rule.FirstPosition}; register layer '{rule.Rule.Inputs[0]}' again with `--on-duplicate replace`");
        return new(
            rule.Rule.Rule, rule.Rule.OutputLayer, WhyOutcomes.Stale, evaluation?.Reason, standing.Position, provenance.Inputs, provenance.RowsUsed, provenance.RowsDropped,
            $"{WhyWords.Derived(standing, provenance)}. It is stale and kept: input layer '{replaced.Layer}' {cause}, and it was not made anew, since {why}");
    }

    private string Failure(RuleRecord rule, EvaluationRow evaluation, List<LayerRecord> inputs) =>
        Invariant($"failed after {evaluation.Attempt} attempt{(evaluation.Attempt == 1 ? "" : "s")} ({evaluation.Reason}): {evaluation.Detail?.TrimEnd('.')}; it waits for a person{(inputs.Count > 0 ? $": {_advice.HowToTryAgain(rule, evaluation, inputs)}" : "")}");

    /// <summary>Of the present inputs, by this segment or by its schema.</summary>
    private EvaluationRow? LatestEvaluation(RuleRecord rule) => facts.Evaluations
        .Where(e => e.Rule == rule.Rule.Rule && e.Current && (e.Segment == facts.Segment || e.WorkId is null))
        .OrderByDescending(e => e.Position)
        .FirstOrDefault();

    private WhyRow OfDerived(RuleRecord rule, LayerRecord standing, Provenance provenance)
    {
        var review = facts.Evaluations.Any(e => e.Rule == provenance.Rule && e.Segment == facts.Segment && e.Current && e.Outcome == WhyOutcomes.Review);
        var words = QualityWords.Of(facts, segment, standing, provenance) + VerdictWords.Of(facts, standing, provenance) + (review ? QualityWords.OfReview(facts, segment, provenance) : "") + WarningWords.Of(facts, standing)
            + (Suppressed(rule) is { } suppressed ? $". It stands, and {suppressed.Words}" : "")
            + (provenance.Revision != rule.Rule.Revision && Suppressed(rule) is null
                ? Invariant($". The rule has revision {rule.Rule.Revision} since position {rule.Position}: {Backfill(rule)} applies it") : "")
            + (LatestEvaluation(rule) is { Outcome: WhyOutcomes.Failed } failed && failed.Position > standing.Position
                ? Invariant($". Made anew as revision {failed.Revision} the rule {Failure(rule, failed, [.. rule.Rule.Inputs.Select(segment.Find).OfType<LayerRecord>()])}") : "");
        return new(
            rule.Rule.Rule, rule.Rule.OutputLayer, review ? WhyOutcomes.Review : WhyOutcomes.Derived, review ? ReviewReasons.Of(provenance.Deriver) : null, standing.Position,
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
        var makers = missing.SelectMany(rules.For).Select(r => $"'{r.Rule.OutputLayer}' is made by rule '{r.Rule.Rule}', see its own line")
            .Concat(missing.SelectMany(rules.RetiredFor).Select(WhyWords.Retired)).ToList();
        return Row(rule, WhyOutcomes.WaitsForInput, null, null,
            $"rule '{rule.Rule.Rule}' needs layer {WhyWords.List(missing.Select(m => $"'{m}'"))}, which does not stand in this segment{Went(rule, missing)}{(makers.Count > 0 ? $" ({WhyWords.List(makers)})" : facts.Purge is null ? "; register it" : "")}");
    }

    /// <summary>What was there before, and when it went: a layer that is missing was often unregistered by somebody who did not think of what was made of it.</summary>
    private string Went(RuleRecord rule, IReadOnlyList<string> missing)
    {
        var inputs = missing.Select(segment.FindRemoved).Where(removed => removed is not null).Select(removed => Invariant($" since it was unregistered at position {removed!.Value.Position}")).FirstOrDefault();
        return inputs is not null && segment.FindRemoved(rule.Rule.OutputLayer) is { } output
            ? Invariant($"{inputs}; layer '{rule.Rule.OutputLayer}' went at position {output.Position} ({output.Event.Reason})")
            : inputs ?? "";
    }

    private WhyRow OfEvaluation(RuleRecord rule)
    {
        var inputs = rule.Rule.Inputs.Select(i => segment.Find(i)!).ToList();
        var evaluation = LatestEvaluation(rule);
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
            WhyOutcomes.Failed => Failure(rule, evaluation, inputs),
            WhyOutcomes.Skipped when evaluation.Reason == SkipReasons.YieldedSchema => $"skipped ({evaluation.Reason}): {evaluation.Detail}{_advice.HowToComeBack(removed?.Event.YieldedTo)}",
            WhyOutcomes.Skipped => $"skipped ({evaluation.Reason}): {evaluation.Detail}{_advice.HowToSet(rule, evaluation)}{_advice.PathsFound(evaluation, inputs)}",
            _ => $"was {outcome} at position {evaluation.Position}, and its layer does not stand any more{HowItWent(rule, removed)}",
        };
        return new(rule.Rule.Rule, rule.Rule.OutputLayer, outcome, evaluation.Reason, evaluation.Position, evaluation.Inputs, evaluation.RowsUsed, evaluation.RowsDropped,
            $"rule '{rule.Rule.Rule}' at position {evaluation.Position} ({WhyWords.Time(evaluation.RecordedAtNs)}) {words}{LaterRevision(rule, evaluation)}");
    }

    private static string HowItWent(RuleRecord rule, (LayerUnregistered Event, long Position)? removed) => removed is { } gone
        ? Invariant($": it was unregistered at position {gone.Position} ({gone.Event.Reason}, by {WhyWords.Source(gone.Event.Source)}); to have it derived, register layer '{rule.Rule.Inputs[0]}' again with `--on-duplicate replace`")
        : "";

    private string LaterRevision(RuleRecord rule, EvaluationRow evaluation) => evaluation.Revision < rule.Rule.Revision
        ? Invariant($". That was revision {evaluation.Revision}; revision {rule.Rule.Revision}, declared at position {rule.Position}, applies to what is registered after it, and to this segment by {Backfill(rule)}")
        : "";

    private string Backfill(RuleRecord rule) => $"`strata backfill {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(rule.Rule.Rule)}`";

    private static WhyRow Row(RuleRecord rule, string outcome, string? reason, long? position, string sentence) =>
        new(rule.Rule.Rule, rule.Rule.OutputLayer, outcome, reason, position, [], 0, [], sentence);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
