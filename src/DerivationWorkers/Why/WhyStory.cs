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
        if (layer is not null && segment.Find(layer) is null && segment.FindRemoved(layer) is null && rules.For(layer).Count == 0)
        {
            return Unknown($"no layer '{layer}' stands in segment '{facts.Segment}' and no rule makes one; there are {WhyWords.List(LayersOf(segment, rules))}");
        }

        var stories = new RuleStory(facts, segment, rules);
        var rows = layers.SelectMany(l => RowsOf(l, segment, rules, stories)).Select(r => WithPurge(WithFile(r, facts), facts)).ToList();
        var sentences = rows.Select(r => r.Sentence).ToList();
        if (rules.Rules.Count == 0)
        {
            sentences.Add($"dataset '{facts.DatasetName}' has no rules, so nothing is derived in it; `strata rule declare` declares one, and a new dataset begins with those of `--rules howto`");
        }

        return new(true, rows, sentences);
    }

    private static WhyAnswer Unknown(string sentence) => new(false, [], [sentence]);

    private static List<string> LayersOf(SegmentHistory segment, RuleHistory rules) =>
        [.. segment.Current.Select(r => r.Layer.Layer).Concat(rules.Rules.Select(r => r.Rule.OutputLayer)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<WhyRow> RowsOf(string layer, SegmentHistory segment, RuleHistory rules, RuleStory stories)
    {
        var making = rules.For(layer);
        return making.Count > 0 ? making.Select(stories.Tell) : [WithoutRule(layer, segment)];
    }

    /// <summary>Whoever asks about a layer must learn that its file is not what was registered, or was not for a time.</summary>
    private static WhyRow WithFile(WhyRow row, WhyFacts facts) =>
        facts.Files.FirstOrDefault(f => f.Layer == row.Layer) is { } file ? row with { Sentence = $"{row.Sentence}. {WhyWords.File(file, facts.DatasetName)}" } : row;

    private static WhyRow WithPurge(WhyRow row, WhyFacts facts) => facts.Purge is { } purge && (row.Position is null || row.Position <= purge.Position)
        ? row with { Sentence = $"{row.Sentence}. The segment was purged at position {purge.Position} ({purge.Reason}): {(purge.IsErased ? "of what was recorded before that nothing is left" : "what was recorded before that is read by nobody any more, and is not erased yet")}" }
        : row;

    private static WhyRow WithoutRule(string layer, SegmentHistory segment)
    {
        if (segment.Find(layer) is not { } standing)
        {
            var (removed, position) = segment.FindRemoved(layer)!.Value;
            return new(null, layer, WhyOutcomes.Removed, removed.Reason, position, [], 0, [],
                $"layer '{layer}' was unregistered at position {position} ({removed.Reason}, by {WhyWords.Source(removed.Source)}); no rule makes one");
        }

        return standing.Layer.Provenance is { } provenance
            ? new(provenance.Rule, layer, WhyOutcomes.Derived, null, standing.Position, provenance.Inputs, provenance.RowsUsed, provenance.RowsDropped, WhyWords.Derived(standing, provenance))
            : new(null, layer, WhyOutcomes.Given, null, standing.Position, [], 0, [], WhyWords.Given(standing));
    }
}
