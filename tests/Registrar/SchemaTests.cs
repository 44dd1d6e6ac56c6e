using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Registrar.Tests;

public sealed class SchemaTests
{
    [Fact]
    public async Task A_given_layer_that_contradicts_another_segment_fails_in_Reruns_words_and_the_others_are_registered()
    {
        await using var world = await World.OpenAsync();
        await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Numbers("a")));
        var outcome = await world.RegisterAsync(world.File("b.rrd", TestSupport.Recordings.Texts("b")), world.File("c.rrd", TestSupport.Recordings.Numbers("c")));
        outcome.Recordings.Select(r => r.Status).ShouldBe(["failed", "registered"]);
        outcome.Recordings[0].Reason.ShouldNotBeNull().ShouldStartWith("schema incompatibility on segment 'b', layer 'base': ");
        outcome.Recordings[0].Reason.ShouldEndWith("; register it into another dataset, or first replace or unregister the layers that it contradicts");
    }

    [Fact]
    public async Task Two_recordings_of_one_call_that_contradict_each_other_let_the_first_one_in()
    {
        await using var world = await World.OpenAsync();
        var outcome = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Numbers("a")), world.File("b.rrd", TestSupport.Recordings.Texts("b")));
        outcome.Recordings.Select(r => r.Status).ShouldBe(["registered", "failed"]);
    }

    [Fact]
    public async Task A_schema_that_no_layer_has_any_more_stands_in_nobodys_way()
    {
        await using var world = await World.OpenAsync();
        var first = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Numbers("a")));
        await world.Registrar.UnregisterAsync(new UnregisterLayers(first.Dataset!.Value, ["a"], [], World.Someone), World.Token);
        (await world.RegisterAsync(world.File("b.rrd", TestSupport.Recordings.Texts("b")))).Recordings.Single().Status.ShouldBe("registered");
        (await world.RegisterAsync(world.File("a2.rrd", TestSupport.Recordings.Numbers("a")))).Recordings.Single().Status.ShouldBe("failed");
    }

    [Fact]
    public async Task A_whole_dataset_can_move_to_another_schema_in_one_call_of_replace()
    {
        await using var world = await World.OpenAsync();
        await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Numbers("a")), world.File("b.rrd", TestSupport.Recordings.Numbers("b")));
        var one = await world.RegisterAsync(OnDuplicate.Replace, world.File("a2.rrd", TestSupport.Recordings.Texts("a")));
        one.Recordings.Single().Status.ShouldBe("failed");
        var both = await world.RegisterAsync(OnDuplicate.Replace, world.File("a2.rrd", TestSupport.Recordings.Texts("a")), world.File("b2.rrd", TestSupport.Recordings.Texts("b")));
        both.Recordings.Select(r => r.Status).ShouldBe(["replaced", "replaced"]);
    }

    [Fact]
    public async Task When_one_of_the_replaced_is_refused_its_old_schema_stands_and_refuses_the_others()
    {
        await using var world = await World.OpenAsync();
        await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Numbers("a", "/x")), world.File("b.rrd", TestSupport.Recordings.Numbers("b", "/x")), world.File("c.rrd", TestSupport.Recordings.Numbers("c", "/y")));
        var outcome = await world.RegisterAsync(OnDuplicate.Replace, world.File("a2.rrd", TestSupport.Recordings.Texts("a", "/x")), world.File("b2.rrd", TestSupport.Recordings.Texts("b", "/y")));
        outcome.Recordings.Select(r => r.Status).ShouldBe(["failed", "failed"]);
        (await world.EventsAsync<LayerRegistered>()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Rule_5_derived_layers_give_way_to_a_given_layers_schema_in_the_same_append()
    {
        await using var world = await World.OpenAsync();
        var (dataset, answer) = await DeriveAsync(world, TestSupport.Recordings.Numbers("a", "/derived"));
        answer.Status.ShouldBe("recorded");
        var outcome = await world.RegisterAsync(world.File("b.rrd", TestSupport.Recordings.Texts("b", "/derived")));
        outcome.Recordings.Single().Status.ShouldBe("registered");
        var yielded = (await world.LogAsync()).Single(e => e.Event is LayerUnregistered);
        ((LayerUnregistered)yielded.Event).Reason.ShouldBe(UnregisterReasons.YieldedSchema);
        ((LayerUnregistered)yielded.Event).YieldedTo.ShouldBe(new LayerName("b", "base"));
        outcome.Yielded.ShouldBe([new YieldedLayer("a", "mine", new LayerName("b", "base"))]);
        yielded.CommandId.ShouldBe((await world.LogAsync()).Last(e => e.Event is LayerRegistered).CommandId);
        (await world.Events.ReadGuardsAsync(GuardScopes.Schemas(dataset, LayerOrigin.Derived), World.Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_derived_layer_that_contradicts_given_ones_is_recorded_as_skipped()
    {
        await using var world = await World.OpenAsync();
        await world.RegisterAsync(world.File("b.rrd", TestSupport.Recordings.Texts("b", "/derived")));
        var (_, answer) = await DeriveAsync(world, TestSupport.Recordings.Numbers("a", "/derived"));
        answer.Status.ShouldBe("recorded");
        (await world.EventsAsync<DerivationSkipped>()).Single().Reason.ShouldBe(SkipReasons.SchemaConflict);
        (await world.EventsAsync<LayerRegistered>()).ShouldAllBe(l => l.Origin == LayerOrigin.Given);
    }

    [Fact]
    public async Task The_same_evaluation_twice_or_by_eight_workers_at_once_is_recorded_once()
    {
        await using var world = await World.OpenAsync();
        var (_, evaluation) = await EvaluationAsync(world, TestSupport.Recordings.Scalars("a", 3, "/derived"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.NewRegistrar().RecordEvaluationsAsync([evaluation], World.Token))));
        answers.Count(a => a.Single().Status == "recorded").ShouldBe(1);
        answers.Count(a => a.Single().Status == "known").ShouldBe(7);
        answers.Select(a => a.Single().Position).Distinct().Count().ShouldBe(1);
        (await world.EventsAsync<DerivationDone>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_persons_unregister_suppresses_until_resumed_and_the_same_work_then_registers_again()
    {
        await using var world = await World.OpenAsync();
        var (dataset, evaluation) = await EvaluationAsync(world, TestSupport.Recordings.Scalars("a", 3, "/derived"));
        await world.Registrar.RecordEvaluationsAsync([evaluation], World.Token);
        var removed = await world.Registrar.UnregisterAsync(new UnregisterLayers(dataset, ["a"], ["mine"], World.Someone), World.Token);
        removed.Removed.ShouldBe([("a", "mine")]);
        (await world.Registrar.RecordEvaluationsAsync([evaluation], World.Token)).Single().Status.ShouldBe("superseded");
        await world.Registrar.ResumeRuleAsync(dataset, "mine", "a", World.Someone, World.Token);
        (await world.Registrar.RecordEvaluationsAsync([evaluation], World.Token)).Single().Status.ShouldBe("recorded");
    }

    [Fact]
    public async Task A_refused_evaluation_fails_no_other_of_its_batch()
    {
        await using var world = await World.OpenAsync();
        var (_, good) = await EvaluationAsync(world, TestSupport.Recordings.Scalars("a", 3, "/derived"));
        var stale = good with { Segment = "other" };
        (await world.Registrar.RecordEvaluationsAsync([stale, good], World.Token)).Select(a => a.Status).ShouldBe(["superseded", "recorded"]);
    }

    [Fact]
    public async Task A_derived_file_that_was_let_go_of_before_it_is_recorded_is_in_no_event_and_is_told_as_trouble_of_the_store()
    {
        await using var world = await World.OpenAsync();
        var (_, evaluation) = await EvaluationAsync(world, TestSupport.Recordings.Scalars("a", 3, "/derived"));
        System.IO.File.Delete(System.IO.Path.Combine(world.Folder.Path("data"), evaluation.File.Kept.Location));
        var before = (await world.LogAsync()).Count;

        var trouble = await Should.ThrowAsync<RecordingStorageException>(() => world.Registrar.RecordEvaluationsAsync([evaluation], World.Token));

        trouble.Message.ShouldContain("let go of before it was recorded; it is derived again");
        (await world.LogAsync()).Count.ShouldBe(before);
    }

    [Fact]
    public async Task All_segments_of_a_layer_can_be_unregistered_without_naming_them()
    {
        await using var world = await World.OpenAsync();
        var (dataset, evaluation) = await EvaluationAsync(world, TestSupport.Recordings.Scalars("a", 3, "/derived"));
        await world.Registrar.RecordEvaluationsAsync([evaluation], World.Token);
        await world.RegisterAsync(world.File("b.rrd", TestSupport.Recordings.Scalars("b")));
        var outcome = await world.Registrar.UnregisterAsync(new UnregisterLayers(dataset, [], ["base"], World.Someone), World.Token);
        outcome.Removed.ShouldBe([("a", "base"), ("a", "mine"), ("b", "base")]);
    }

    private static async Task<(DatasetId Dataset, EvaluationAnswer Answer)> DeriveAsync(World world, byte[] output)
    {
        var (dataset, evaluation) = await EvaluationAsync(world, output);
        return (dataset, (await world.Registrar.RecordEvaluationsAsync([evaluation], World.Token)).Single());
    }

    /// <summary>Registers a base layer of segment <c>a</c> and a rule, and evaluates it to <paramref name="output"/>.</summary>
    private static async Task<(DatasetId Dataset, Evaluation.Derived Evaluation)> EvaluationAsync(World world, byte[] output)
    {
        var registered = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Scalars("a")));
        var dataset = registered.Dataset!.Value;
        var rule = await world.Registrar.DeclareRuleAsync(new DeclareRule(dataset, new RuleDefinition("mine", "mine", ["base"], "mine", CanonicalJson.EmptyObject), World.Someone), World.Token);
        EquatableArray<DerivationInput> inputs = [new("base", registered.Recordings.Single().Fingerprint!.Value)];
        var file = (await world.Store.WriteAllAsync([output], World.Token)).Single();
        var facts = (await new RecordingInspector().InspectAsync(new MemoryBytes(output), StoreKind.Recording, World.Token)).Recordings.Single();
        var provenance = new Provenance("mine", rule.Revision, "mine", 1, 1, CanonicalJson.EmptyObject, inputs, 3, []);
        return (dataset, new(dataset, "a", "mine", rule.Revision, WorkIds.Of(dataset, "a", "mine", rule.Revision, inputs), inputs, "mine", file, facts, provenance, "derived", 1));
    }
}
