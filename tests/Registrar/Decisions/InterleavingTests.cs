using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

/// <summary>Any order of registrations, removals and results, each decided upon what stands then.</summary>
public sealed class InterleavingTests
{
    private static readonly string[] Layers = ["base", "tracking_error", "quality"];
    private static readonly string[] Contents = ["a", "b", "c"];
    private static readonly DatasetState Rules = DatasetAfter(Rule("tracking_error", 1, "base"), Rule("quality", 1, "tracking_error"));

    private const long FirstPosition = 11;

    private enum Kind
    {
        Register,
        Deliver,
        Unregister,
        Derive,
        Skip,
        Fail,
        Resume,
    }

    private sealed record Step(Kind Kind, int Layer, int Content, OnDuplicate Policy);

    private sealed record World(SegmentState Segment, DatasetState Dataset, EvaluationState Evaluations, long Position, List<StrataEvent> Log);

    [Fact]
    public void Every_derived_layer_stands_on_inputs_that_stand_and_nothing_is_lost_or_doubled() => Prop.ForAll(
        Steps(),
        steps =>
        {
            var world = Start();
            foreach (var step in steps)
            {
                world = Apply(world, step);
                Check(world);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_delivery_twice_in_a_row_appends_nothing_the_second_time() => Prop.ForAll(
        Steps(),
        steps =>
        {
            var world = Start();
            foreach (var step in steps)
            {
                world = Apply(world, step);
                var before = world.Log.Count;
                if (step.Kind is Kind.Derive or Kind.Deliver or Kind.Skip or Kind.Fail or Kind.Resume)
                {
                    world = Apply(world, step);
                    world.Log.Count.ShouldBe(before);
                }
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rule_5_whatever_happens_a_person_gets_their_way_and_no_rule_overwrites_what_was_given() => Prop.ForAll(
        Steps(),
        steps =>
        {
            var world = Start();
            foreach (var step in steps)
            {
                var (before, appended) = (world, world.Log.Count);
                world = Apply(world, step);
                CheckRule5(before, step, [.. world.Log.Skip(appended)]);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rule_4_any_decision_taken_twice_gives_equal_events_and_a_state_is_its_events() => Prop.ForAll(
        Steps(),
        Gen.Choose(0, 30).ToArbitrary(),
        (steps, cut) =>
        {
            var world = Start();
            foreach (var step in steps)
            {
                var again = Apply(world with { Log = [.. world.Log] }, step).Log;
                world = Apply(world, step);
                again.ShouldBe(world.Log);
            }

            var prefix = world.Log.Take(cut).Index().Aggregate(SegmentState.Empty, (state, e) => state.Apply(e.Item, FirstPosition + e.Index));
            var whole = world.Log.Index().Skip(cut).Aggregate(prefix, (state, e) => state.Apply(e.Item, FirstPosition + e.Index));
            whole.Layers.ShouldBe(world.Segment.Layers);
            world.Log.Index().Aggregate(Rules, (state, e) => state.Apply(e.Item, FirstPosition + e.Index)).Suppressed.ShouldBe(world.Dataset.Suppressed, ignoreOrder: true);
        }).QuickCheckThrowOnFailure();

    private static World Start() => new(SegmentState.Empty, Rules, EvaluationState.Empty, FirstPosition - 1, []);

    private static Arbitrary<Step[]> Steps() =>
        (from kind in Gen.Elements(Enum.GetValues<Kind>())
         from layer in Gen.Choose(0, Layers.Length - 1)
         from content in Gen.Choose(0, Contents.Length - 1)
         from policy in Gen.Choose(0, 3)
         select new Step(kind, layer, content, (OnDuplicate)policy)).ArrayOf().ToArbitrary();

    private static World Apply(World world, Step step)
    {
        var (layer, content) = (Layers[step.Layer], Contents[step.Content]);
        var (rule, input) = layer == "quality" ? ("quality", Input("tracking_error", $"of-{content}")) : ("tracking_error", Input("base", content));
        switch (step.Kind)
        {
            case Kind.Register or Kind.Deliver:
                return Fold(world, RegisterLayer.Decide(world.Segment, Register(layer, content, step.Policy, step.Kind == Kind.Deliver)), [], []);
            case Kind.Unregister:
                var decision = UnregisterLayers.Decide(world.Segment, Segment, new UnregisterLayers(Dataset, [Segment], [layer], Someone));
                return Fold(world, decision.SegmentEvents, decision.DatasetEvents, []);
            case Kind.Derive:
                return Evaluate(world, Result(rule, $"of-{content}", 1, input));
            case Kind.Skip:
                return Evaluate(world, Skip(rule, SkipReasons.NoData, null, input));
            case Kind.Fail:
                return Evaluate(world, Failure(rule, 1 + step.Content, input));
            default:
                return Fold(world, [], ResumeRule.Decide(world.Dataset, world.Evaluations, new ResumeRule(Dataset, rule, Segment)), []);
        }
    }

    private static World Evaluate(World world, Evaluation evaluation)
    {
        var content = evaluation is Evaluation.Derived derived ? SourceInspection.ContentOf(derived.Facts) : null;
        var evaluated = RecordEvaluation.Decide(new(world.Dataset, world.Segment, world.Evaluations, EvaluationState.Empty), evaluation, content, null);
        return Fold(world, evaluated.SegmentEvents, [], evaluated.EvaluationEvents);
    }

    private static void CheckRule5(World before, Step step, StrataEvent[] appended)
    {
        var layer = Layers[step.Layer];
        var standing = before.Segment.Find(layer);
        var registered = appended.OfType<LayerRegistered>().ToList();
        registered.Count.ShouldBeLessThanOrEqualTo(1);
        switch (step.Kind)
        {
            case Kind.Register when standing is { IsDerived: true }:
                var isSame = standing.Fingerprint == Hash(Contents[step.Content]);
                var gives = step.Policy is OnDuplicate.Error or OnDuplicate.Replace || (step.Policy == OnDuplicate.Known && !isSame);
                registered.Select(r => (r.Origin, r.Supersedes)).ShouldBe(gives ? [(LayerOrigin.Given, standing.Fingerprint)] : []);
                break;
            case Kind.Unregister when standing is { IsDerived: true }:
                appended.OfType<LayerUnregistered>().First().Layer.ShouldBe(layer);
                appended.OfType<RuleSuppressed>().Select(s => s.Rule).ShouldBe([layer]);
                break;
            case Kind.Unregister:
                appended.OfType<RuleSuppressed>().ShouldBeEmpty("what was given is taken away: its rule derives again");
                break;
            case Kind.Derive when registered.Count > 0:
                var derived = registered[0];
                (before.Segment.Find(derived.Layer) is null or { IsDerived: true }).ShouldBeTrue("a rule never overwrites a given layer");
                derived.Provenance!.Inputs.ShouldAllBe(i => before.Segment.Find(i.Layer)!.Fingerprint == i.Fingerprint);
                SuppressedWithoutNews(before, derived.Layer).ShouldBeFalse();
                break;
            default:
                break;
        }
    }

    /// <summary>From the log alone: since a person took the rule's layer away, nobody resumed it and none of its inputs got other content.</summary>
    private static bool SuppressedWithoutNews(World world, string rule)
    {
        var input = rule == "quality" ? "tracking_error" : "base";
        var (suppressed, content) = (false, (Sha256Digest?)null);
        foreach (var @event in world.Log)
        {
            switch (@event)
            {
                case RuleSuppressed s when s.Rule == rule:
                    suppressed = true;
                    break;
                case RuleResumed r when r.Rule == rule:
                    suppressed = false;
                    break;
                case LayerRegistered l when l.Layer == input:
                    suppressed &= content == l.Fingerprint;
                    content = l.Fingerprint;
                    break;
                case LayerUnregistered l when l.Layer == input:
                    content = null;
                    break;
                default:
                    break;
            }
        }

        return suppressed;
    }

    private static World Fold(World world, IEnumerable<StrataEvent> segment, IEnumerable<StrataEvent> dataset, IEnumerable<StrataEvent> evaluations)
    {
        var (s, d, e, p) = (world.Segment, world.Dataset, world.Evaluations, world.Position);
        foreach (var @event in segment)
        {
            world.Log.Add(@event);
            s = s.Apply(@event, ++p);
        }

        foreach (var @event in dataset)
        {
            world.Log.Add(@event);
            d = d.Apply(@event, ++p);
        }

        foreach (var @event in evaluations)
        {
            world.Log.Add(@event);
            e = e.Apply(@event, ++p);
        }

        return new(s, d, e, p, world.Log);
    }

    private static void Check(World world)
    {
        var standing = new Dictionary<string, LayerRegistered>(StringComparer.Ordinal);
        foreach (var @event in world.Log)
        {
            switch (@event)
            {
                case LayerRegistered registered:
                    registered.Supersedes.ShouldBe(standing.TryGetValue(registered.Layer, out var before) ? before.Fingerprint : null);
                    standing[registered.Layer] = registered;
                    break;
                case LayerUnregistered unregistered:
                    standing.Remove(unregistered.Layer, out var removed).ShouldBeTrue("only what stands is unregistered");
                    removed!.Fingerprint.ShouldBe(unregistered.Fingerprint);
                    break;
            }
        }

        world.Segment.Layers.Keys.ShouldBe(standing.Keys, ignoreOrder: true);
        foreach (var derived in standing.Values.Where(l => l.Origin == LayerOrigin.Derived))
        {
            derived.Provenance!.Inputs.ShouldAllBe(i => standing.ContainsKey(i.Layer));
        }
    }
}
