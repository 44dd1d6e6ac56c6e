using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.EventStore;

namespace Strata.EndToEnd.Tests;

/// <summary>What the log says of layers and rules, counted anew without any fold of the program, and what must be so at each event and at a settled end. Source: DESIGN rules 5, 6 and 9.</summary>
internal sealed class LogRecount
{
    private const string TrackingError = TrackingErrorDeriver.DeriverName;

    private readonly Dictionary<(string Segment, string Layer), (LayerRegistered Layer, long Position)> _standing = [];
    private readonly Dictionary<string, (RuleDeclared Rule, long Since)> _rules = [];
    private readonly HashSet<(string Rule, string Segment)> _suppressed = [];

    private LogRecount()
    {
    }

    public static LogRecount Of(IEnumerable<RecordedEvent> events)
    {
        var recount = new LogRecount();
        foreach (var recorded in events)
        {
            recount.Count(recorded.Event, recorded.Position);
        }

        return recount;
    }

    /// <summary>Nothing is left to do: each derived layer has its inputs, and whose rule could make it anew, the present ones; and where the how-to's rule had a base to work on, its layer stands.</summary>
    public void ShouldHold()
    {
        foreach (var (derived, _) in _standing.Values.Where(l => l.Layer.Origin == LayerOrigin.Derived))
        {
            foreach (var input in derived.Provenance!.Inputs)
            {
                var (layer, position) = _standing[(derived.Segment, input.Layer)];
                if (HasWorkedSince(derived.Provenance.Rule, derived.Segment, position))
                {
                    input.Fingerprint.ShouldBe(layer.Fingerprint, $"{derived.Segment}/{derived.Layer} of {input.Layer}");
                }
            }
        }

        foreach (var (segment, _) in _standing.Where(l => l.Key.Layer == HowToRules.BaseLayer && HasWorkedSince(TrackingError, l.Key.Segment, l.Value.Position)).Select(l => l.Key))
        {
            _standing.ShouldContainKey((segment, TrackingError));
        }
    }

    /// <summary>What came while a rule was retired waits for a back-fill, and a suppression keeps what stands.</summary>
    private bool HasWorkedSince(string rule, string segment, long position) => _rules.TryGetValue(rule, out var standing) && standing.Since < position && !_suppressed.Contains((rule, segment));

    private void Count(StrataEvent @event, long position)
    {
        switch (@event)
        {
            case LayerRegistered layer:
                Count(layer, position);
                break;
            case LayerUnregistered gone:
                _standing.Remove((gone.Segment, gone.Layer)).ShouldBeTrue();
                break;
            case RuleDeclared declared:
                _rules[declared.Rule] = (declared, _rules.TryGetValue(declared.Rule, out var before) ? before.Since : position);
                break;
            case RuleRetired retired:
                _rules.Remove(retired.Rule).ShouldBeTrue();
                break;
            case RuleSuppressed suppressed:
                _suppressed.Add((suppressed.Rule, suppressed.Segment));
                break;
            case RuleResumed resumed:
                _suppressed.Remove((resumed.Rule, resumed.Segment));
                break;
            default:
                break;
        }
    }

    private void Count(LayerRegistered layer, long position)
    {
        var before = _standing.TryGetValue((layer.Segment, layer.Layer), out var standing) ? standing.Layer : null;
        if (layer.Provenance is { } provenance)
        {
            before?.Origin.ShouldBe(LayerOrigin.Derived);
            _rules.ShouldContainKey(provenance.Rule);
            provenance.Revision.ShouldBe(_rules[provenance.Rule].Rule.Revision);
            _suppressed.ShouldNotContain((provenance.Rule, layer.Segment));
        }

        if (before?.Fingerprint != layer.Fingerprint)
        {
            // A suppression ends with an input's content. Of both rules the output bears the rule's name, and they have one input.
            _suppressed.RemoveWhere(s => s.Segment == layer.Segment && s.Rule == (layer.Layer == "base" ? "tracking_error" : layer.Layer == "tracking_error" ? "quality" : null));
        }

        _standing[(layer.Segment, layer.Layer)] = (layer, position);
    }
}
