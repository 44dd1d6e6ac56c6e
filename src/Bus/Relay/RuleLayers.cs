using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>Which layers the rules of each dataset read and write: enough to tell whether an event can give a rule work.</summary>
internal sealed class RuleLayers(IEventStore store)
{
    private readonly Dictionary<DatasetId, Dictionary<string, KnownRule>> _rules = [];

    /// <summary>Learns the rules of all datasets in the page that were not met before, in one read.</summary>
    public async Task LearnAsync(IEnumerable<RecordedEvent> events, CancellationToken cancellationToken)
    {
        var unknown = new HashSet<DatasetId>();
        foreach (var recorded in events)
        {
            switch (recorded.Event)
            {
                case LayerRegistered { Dataset: var dataset } when !_rules.ContainsKey(dataset):
                    unknown.Add(dataset);
                    break;
                case LayerUnregistered { Dataset: var dataset } when !_rules.ContainsKey(dataset):
                    unknown.Add(dataset);
                    break;
                case RuleDeclared declared when _rules.TryGetValue(declared.Dataset, out var known):
                    Learn(known, recorded);
                    break;
                case RuleRetired retired when _rules.TryGetValue(retired.Dataset, out var known):
                    Learn(known, recorded);
                    break;
                default:
                    break;
            }
        }

        if (unknown.Count == 0)
        {
            return;
        }

        var streams = await store.ReadStreamsAsync([.. unknown.Select(StreamIds.Dataset)], cancellationToken);
        foreach (var (dataset, stream) in unknown.Zip(streams))
        {
            var rules = new Dictionary<string, KnownRule>(StringComparer.Ordinal);
            foreach (var recorded in stream.Events)
            {
                Learn(rules, recorded);
            }

            _rules[dataset] = rules;
        }
    }

    public bool ReadsLayer(DatasetId dataset, string layer) => Any(dataset, rule => rule.Inputs.Items.Contains(layer, StringComparer.Ordinal));

    public bool WritesLayer(DatasetId dataset, string layer) => Any(dataset, rule => string.Equals(rule.OutputLayer, layer, StringComparison.Ordinal));

    private bool Any(DatasetId dataset, Func<RuleDeclared, bool> test) =>
        _rules.TryGetValue(dataset, out var rules) && rules.Values.Any(known => known.Declared is { } declared && test(declared));

    /// <summary>The stream was read later than the page: an older revision or retirement that comes by afterwards must not win.</summary>
    private static void Learn(Dictionary<string, KnownRule> rules, RecordedEvent recorded)
    {
        var (rule, declared) = recorded.Event switch
        {
            RuleDeclared e => (e.Rule, e),
            RuleRetired e => (e.Rule, null),
            _ => default((string?, RuleDeclared?)),
        };
        if (rule is not null && (!rules.TryGetValue(rule, out var known) || known.Position < recorded.Position))
        {
            rules[rule] = new(declared, recorded.Position);
        }
    }

    /// <param name="Declared">Null: it is retired.</param>
    private readonly record struct KnownRule(RuleDeclared? Declared, long Position);
}
