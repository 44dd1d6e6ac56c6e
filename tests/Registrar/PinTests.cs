using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Registrar.Tests;

public sealed class PinTests
{
    [Fact]
    public async Task A_pin_is_one_event_in_a_stream_of_its_own_and_takes_its_name()
    {
        await using var world = await World.OpenAsync();
        var arm = (await world.Registrar.CreateDatasetAsync(new("arm", KeepMode.Copy, [], World.Someone), World.Token)).Dataset;
        var pin = await PinAsync(world, arm, 3, "arm v1");

        var logged = (await world.LogAsync())[^1];
        logged.Event.ShouldBe(new DatasetPinned(pin.Dataset, "arm v1", arm, 3, World.Someone));
        (logged.StreamId, logged.Position).ShouldBe((StreamIds.Dataset(pin.Dataset), pin.Position));
        (await RefusalAsync(() => PinAsync(world, arm, 3, "arm v1"))).ShouldBe((RefusalKind.AlreadyExists, "Entry name 'arm v1' already exists"));
        (await RefusalAsync(() => PinAsync(world, arm, 3, "arm"))).Kind.ShouldBe(RefusalKind.AlreadyExists);
    }

    [Fact]
    public async Task What_was_not_there_cannot_be_pinned()
    {
        await using var world = await World.OpenAsync();
        var arm = (await world.Registrar.CreateDatasetAsync(new("arm", KeepMode.Copy, [], World.Someone), World.Token)).Dataset;
        var blueprints = (await world.LogAsync()).Select(e => e.Event).OfType<DatasetCreated>().Single(e => e.Kind == DatasetKind.Blueprint).Dataset;
        await world.Registrar.DeleteDatasetAsync(new(arm, World.Someone), World.Token);
        var head = (await world.LogAsync())[^1].Position;

        (await RefusalAsync(() => PinAsync(world, arm, 0, "v"))).ShouldBe((RefusalKind.NotFound, $"there was no dataset {arm} as of position 0"));
        (await RefusalAsync(() => PinAsync(world, arm, head, "v"))).Kind.ShouldBe(RefusalKind.NotFound);
        (await RefusalAsync(() => PinAsync(world, arm, head + 1, "v"))).ShouldBe((RefusalKind.Invalid, $"the log ends at position {head}, so nothing can be pinned as of position {head + 1}"));
        (await RefusalAsync(() => PinAsync(world, blueprints, 3, "v"))).Kind.ShouldBe(RefusalKind.FailedPrecondition);
        (await RefusalAsync(() => PinAsync(world, arm, 3, "arm[3]"))).Kind.ShouldBe(RefusalKind.Invalid);
        (await PinAsync(world, arm, 3, "v")).Position.ShouldBe(head + 1);
    }

    [Fact]
    public async Task A_pin_is_renamed_and_deleted_and_nothing_else_changes_it()
    {
        await using var world = await World.OpenAsync();
        var first = await world.RegisterAsync(world.File("a.rrd", TestSupport.Recordings.Scalars("a")));
        var source = first.Dataset!.Value;
        var pin = (await PinAsync(world, source, first.Position, "v1")).Dataset;
        var other = world.File("b.rrd", TestSupport.Recordings.Scalars("b"));

        Func<Task>[] changes =
        [
            () => world.Registrar.RegisterAsync(World.Command(OnDuplicate.Known, other) with { Dataset = "v1" }, null, World.Token),
            () => world.Registrar.RegisterAsync(World.Command(OnDuplicate.Known, other) with { ById = pin }, null, World.Token),
            () => world.Registrar.UnregisterAsync(new(pin, ["a"], [], World.Someone), World.Token),
            () => world.Registrar.ChangeDatasetDetailsAsync(new(pin, DatasetDetails.Empty, World.Someone), World.Token),
            () => world.Registrar.SetSegmentPropertiesAsync(new(pin, "a", Properties(), null, World.Someone), World.Token),
            () => world.Registrar.RemoveSegmentPropertiesAsync(new(pin, [("a", null)], World.Someone), World.Token),
            () => world.Registrar.DeclareRuleAsync(new(pin, new("r", "d", ["base"], "out", CanonicalJson.Parse("{}")), World.Someone), World.Token),
            () => world.Registrar.ResumeRuleAsync(pin, "r", "a", World.Someone, World.Token),
        ];
        var before = (await world.LogAsync()).Count;
        foreach (var change in changes)
        {
            var refusal = await RefusalAsync(change);
            refusal.Kind.ShouldBe(RefusalKind.FailedPrecondition);
            refusal.Message.ShouldBe($"'v1' is a pin: it shows dataset {source} as of position {first.Position}, and is read, renamed and deleted, but never changed; change the dataset itself");
        }

        (await world.LogAsync()).Count.ShouldBe(before);
        (await world.Registrar.AddMissingCompanionsAsync(World.Someone, World.Token)).ShouldBe(0);
        (await world.Registrar.RenameDatasetAsync(new(pin, "v2", World.Someone), World.Token)).Name.ShouldBe("v2");
        (await world.Registrar.DeleteDatasetAsync(new(pin, World.Someone), World.Token)).Deleted.ShouldBe([pin]);
        (await PinAsync(world, source, first.Position, "v2")).Dataset.ShouldNotBe(pin);
    }

    [Fact]
    public async Task Nothing_is_registered_into_a_moment_and_no_dataset_is_called_like_one()
    {
        await using var world = await World.OpenAsync();
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        (await RefusalAsync(() => world.Registrar.RegisterAsync(World.Command(OnDuplicate.Known, file) with { Dataset = "arm[12]" }, null, World.Token))).ShouldBe(
            (RefusalKind.FailedPrecondition, "'arm[12]' is dataset 'arm' as of '12': a past state is read and never changed; register into 'arm'"));
        (await RefusalAsync(() => world.Registrar.CreateDatasetAsync(new("arm[12]", KeepMode.Copy, [], World.Someone), World.Token))).Kind.ShouldBe(RefusalKind.Invalid);
        var arm = (await world.Registrar.CreateDatasetAsync(new("arm", KeepMode.Copy, [], World.Someone), World.Token)).Dataset;
        (await RefusalAsync(() => world.Registrar.RenameDatasetAsync(new(arm, "arm[2026-11-01]", World.Someone), World.Token))).Kind.ShouldBe(RefusalKind.Invalid);
    }

    private static ReadOnlyMemory<byte> Properties() => new RecordBatch(new Schema([new Field("property:a:b", Int64Type.Default, nullable: true)]), [Int64Array.From([1L])], 1).ToIpcStream();

    private static Task<PinOutcome> PinAsync(World world, DatasetId of, long at, string name) => world.Registrar.PinDatasetAsync(new(of, at, name, World.Someone), World.Token);

    private static async Task<(RefusalKind Kind, string Message)> RefusalAsync(Func<Task> act)
    {
        var refused = await Should.ThrowAsync<CommandRefusedException>(act);
        return (refused.Kind, refused.Message);
    }
}
