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

    private sealed record Step(int Kind, int Layer, int Content, OnDuplicate Policy);

    private sealed record World(SegmentState Segment, DatasetState Dataset, EvaluationState Evaluations, long Position, List<StrataEvent> Log);

    [Fact]
    public void Every_derived_layer_stands_on_inputs_that_stand_and_nothing_is_lost_or_doubled() => Prop.ForAll(
        Steps(),
        steps =>
        {
            var world = new World(SegmentState.Empty, Rules, EvaluationState.Empty, 10, []);
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
            var world = new World(SegmentState.Empty, Rules, EvaluationState.Empty, 10, []);
            foreach (var step in steps)
            {
                world = Apply(world, step);
                var before = world.Log.Count;
                if (step.Kind == 2)
                {
                    world = Apply(world, step);
                    world.Log.Count.ShouldBe(before);
                }
            }
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<Step[]> Steps() =>
        (from kind in Gen.Choose(0, 3)
         from layer in Gen.Choose(0, Layers.Length - 1)
         from content in Gen.Choose(0, Contents.Length - 1)
         from policy in Gen.Choose(0, 3)
         select new Step(kind, layer, content, (OnDuplicate)policy)).ArrayOf().ToArbitrary();

    private static World Apply(World world, Step step)
    {
        var (layer, content) = (Layers[step.Layer], Contents[step.Content]);
        switch (step.Kind)
        {
            case 0:
                return Fold(world, RegisterLayer.Decide(world.Segment, Register(layer, content, step.Policy)), [], []);
            case 1:
                var decision = UnregisterLayers.Decide(world.Segment, Segment, new UnregisterLayers(Dataset, [Segment], [layer], Someone));
                return Fold(world, decision.SegmentEvents, decision.DatasetEvents, []);
            case 2:
                var input = layer == "quality" ? "tracking_error" : "base";
                var result = Result(layer == "quality" ? "quality" : "tracking_error", $"of-{content}", 1, Input(input, input == "base" ? content : $"of-{content}"));
                var evaluated = RecordEvaluation.Decide(new(world.Dataset, world.Segment, world.Evaluations, EvaluationState.Empty), result, SourceInspection.ContentOf(result.Facts), null);
                return Fold(world, evaluated.SegmentEvents, [], evaluated.EvaluationEvents);
            default:
                return Fold(world, RegisterLayer.Decide(world.Segment, Register(layer, content, step.Policy, isDelivery: true)), [], []);
        }
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
