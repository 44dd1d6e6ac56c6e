using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus;

/// <summary>Which layers the rules of each dataset read and write: enough to tell whether an event can give a rule work.</summary>
internal sealed class RuleLayers(IEventStore store)
{
    private readonly Dictionary<DatasetId, Dictionary<string, RuleDeclared>> _rules = [];

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
                    Learn(known, declared);
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
            var rules = new Dictionary<string, RuleDeclared>(StringComparer.Ordinal);
            foreach (var declared in stream.Events.Select(e => e.Event).OfType<RuleDeclared>())
            {
                Learn(rules, declared);
            }

            _rules[dataset] = rules;
        }
    }

    public bool ReadsLayer(DatasetId dataset, string layer) => Any(dataset, rule => rule.Inputs.Items.Contains(layer, StringComparer.Ordinal));

    public bool WritesLayer(DatasetId dataset, string layer) => Any(dataset, rule => string.Equals(rule.OutputLayer, layer, StringComparison.Ordinal));

    private bool Any(DatasetId dataset, Func<RuleDeclared, bool> test) => _rules.TryGetValue(dataset, out var rules) && rules.Values.Any(test);

    /// <summary>The stream was read later than the page: an older revision that comes by afterwards must not win.</summary>
    private static void Learn(Dictionary<string, RuleDeclared> rules, RuleDeclared declared)
    {
        if (!rules.TryGetValue(declared.Rule, out var known) || known.Revision < declared.Revision)
        {
            rules[declared.Rule] = declared;
        }
    }
}
