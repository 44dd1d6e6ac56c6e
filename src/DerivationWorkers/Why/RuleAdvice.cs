using System.Globalization;
using Strata.Contracts;
using Strata.Projections;

namespace Strata.DerivationWorkers;

/// <summary>What a person can do about a rule's decision, with the commands that do it.</summary>
internal sealed class RuleAdvice(WhyFacts facts)
{
    /// <summary>Bytes that are gone come back from their file, or by deriving them again; all else is for a person to mend first.</summary>
    public string HowToTryAgain(RuleRecord rule, EvaluationRow evaluation, List<LayerRecord> inputs)
    {
        var resume = $"`strata rule resume {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(rule.Rule.Rule)} {ShellWord.Of(facts.Segment)}`";
        if (evaluation.Reason == FailureReasons.DeriverMissing)
        {
            return $"install the deriver, and this is tried again when a worker starts that has it, or one takes jobs from its queue, or with {resume}";
        }

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

    public string HowToAdopt(LayerRegistered given) =>
        $"`strata rule adopt {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(facts.Segment)} {ShellWord.Of(given.Layer)}` gives its name back to the rule, which then derives it";

    public string HowToComeBack(LayerName? cause) => cause is not null && facts.YieldedTo.TryGetValue(cause, out var position)
        ? string.Create(CultureInfo.InvariantCulture, $" (position {position}). It is derived again when that layer goes: `strata unregister {ShellWord.Of(facts.DatasetName)} --segment {ShellWord.Of(cause.Segment)} --layer {ShellWord.Of(cause.Layer)}`")
        : ". It is derived again when no given layer contradicts it any more";

    /// <summary>A deriver knows its own parameters; which dataset and rule they are to be set for is known here.</summary>
    public string HowToSet(RuleRecord rule, EvaluationRow evaluation) =>
        MendingOption.Command(evaluation.Detail, facts.DatasetName, rule.Rule.Rule) is { } command
            ? $". That is `strata {command}`, for what is registered from then on"
        : evaluation.Detail?.Contains("`--set ", StringComparison.Ordinal) == true
            ? $". Parameters are set with `strata rule declare {ShellWord.Of(facts.DatasetName)} {ShellWord.Of(rule.Rule.Rule)} --set NAME=VALUE`, for what is registered from then on"
        : "";

    /// <summary>Where something was not found, a person wants to see what was.</summary>
    public string PathsFound(EvaluationRow evaluation, IEnumerable<LayerRecord> inputs)
    {
        if (evaluation.Reason is not (SkipReasons.SchemaMismatch or SkipReasons.NoData or SkipReasons.NoComparableRows or SkipReasons.NoCommonIndex))
        {
            return "";
        }

        var found = inputs.Select(i => $"layer '{i.Layer.Layer}' has the entity paths {WhyWords.List(facts.EntityPaths.GetValueOrDefault(i.Layer.Layer) ?? [])}");
        return $". What was found: {string.Join("; ", found)}";
    }
}
