using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Tells what stands in a segment and why: <c>strata why DATASET SEGMENT [LAYER]</c>. A pure function of the facts. Source: DESIGN §12.</summary>
public static class WhyStory
{
    /// <param name="layer">Null: all layers that stand or that a rule would make.</param>
    public static WhyAnswer Tell(WhyFacts facts, string? layer)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var segment = SegmentHistory.Of(facts.SegmentEvents);
        var rules = RuleHistory.Of(facts.DatasetEvents, facts.Segment);
        if (segment.IsEmpty)
        {
            return Unknown($"dataset '{facts.DatasetName}' has no segment '{facts.Segment}'; `strata segments {ShellWord.Of(facts.DatasetName)}` lists those there are");
        }

        var layers = layer is null ? LayersOf(segment, rules) : [layer];
        if (layer is not null && segment.Find(layer) is null && segment.FindRemoved(layer) is null && rules.For(layer).Count == 0 && !rules.RetiredFor(layer).Any())
        {
            return Unknown($"no layer '{layer}' stands in segment '{facts.Segment}' and no rule makes one; there are {WhyWords.List(LayersOf(segment, rules))}");
        }

        var stories = new RuleStory(facts, segment, rules);
        var rows = layers.SelectMany(l => RowsOf(l, segment, rules, stories)).Select(r => WithPurge(WithFile(r, facts), facts)).ToList();
        var sentences = rows.Select(r => r.Sentence).ToList();
        if (rules.Rules.Count == 0)
        {
            sentences.Add($"dataset '{facts.DatasetName}' has no rules, so nothing is derived in it; `strata rule suggest {ShellWord.Of(facts.DatasetName)}` looks at its recordings and says which would fit");
        }

        return new(true, rows, sentences);
    }

    private static WhyAnswer Unknown(string sentence) => new(false, [], [sentence]);

    private static List<string> LayersOf(SegmentHistory segment, RuleHistory rules) =>
        [.. segment.Current.Select(r => r.Layer.Layer).Concat(rules.Rules.Select(r => r.Rule.OutputLayer)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<WhyRow> RowsOf(string layer, SegmentHistory segment, RuleHistory rules, RuleStory stories)
    {
        var making = rules.For(layer);
        return making.Count > 0 ? making.Select(stories.Tell) : [WithoutRule(layer, segment, rules)];
    }

    /// <summary>Whoever asks about a layer must learn that its file is not what was registered, or was not for a time.</summary>
    private static WhyRow WithFile(WhyRow row, WhyFacts facts) =>
        facts.Files.FirstOrDefault(f => f.Layer == row.Layer) is { } file ? row with { Sentence = $"{row.Sentence}. {WhyWords.File(file, facts.DatasetName)}" } : row;

    private static WhyRow WithPurge(WhyRow row, WhyFacts facts) => facts.Purge is { } purge && (row.Position is null || row.Position <= purge.Position)
        ? row with { Sentence = $"{row.Sentence}. The segment was purged at position {purge.Position} ({purge.Reason}): {(purge.IsErased ? "of what was recorded before that nothing is left" : "what was recorded before that is read by nobody any more, and is not erased yet")}" }
        : row;

    private static WhyRow WithoutRule(string layer, SegmentHistory segment, RuleHistory rules)
    {
        var gone = rules.RetiredFor(layer).Select(r => ((RuleRecord Rule, RuleRetired Event, long Position)?)r).LastOrDefault();
        if (segment.Find(layer) is { } standing)
        {
            return standing.Layer.Provenance is { } provenance ? OfRetired(layer, segment, standing, provenance, rules) : new(null, layer, WhyOutcomes.Given, null, standing.Position, [], 0, [], WhyWords.Given(standing));
        }

        if (segment.FindRemoved(layer) is { } removed)
        {
            return new(null, layer, WhyOutcomes.Removed, removed.Event.Reason, removed.Position, [], 0, [],
                $"layer '{layer}' was unregistered at position {removed.Position} ({removed.Event.Reason}, by {WhyWords.Source(removed.Event.Source)}); no rule makes one{(gone is { } known ? $": {WhyWords.Retired(known)}" : "")}");
        }

        return new(gone!.Value.Rule.Rule.Rule, layer, WhyOutcomes.Retired, null, gone.Value.Position, [], 0, [], $"no layer '{layer}' stands: {WhyWords.Retired(gone.Value)}");
    }

    /// <summary>Of a rule that does not stand, or that writes another layer by now.</summary>
    private static WhyRow OfRetired(string layer, SegmentHistory segment, LayerRecord standing, Provenance provenance, RuleHistory rules)
    {
        var stale = segment.FirstReplaced(provenance) is { } replaced ? $", and it is stale, since input layer '{replaced.Layer}' is another one by now" : "";
        return rules.FindRetired(provenance.Rule) is { } gone
            ? new(provenance.Rule, layer, WhyOutcomes.Retired, null, standing.Position, provenance.Inputs, provenance.RowsUsed, provenance.RowsDropped,
                $"{WhyWords.Derived(standing, provenance)}. {WhyWords.Retired(gone)}: nothing makes it anew{stale}")
            : new(provenance.Rule, layer, WhyOutcomes.Derived, null, standing.Position, provenance.Inputs, provenance.RowsUsed, provenance.RowsDropped, WhyWords.Derived(standing, provenance));
    }
}
