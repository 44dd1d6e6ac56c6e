using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What a <c>Clear</c> of an entity does to its joints; that it is what Rerun's reader gives says <see cref="RerunAlignmentTests"/>.</summary>
public class ClearedRowsTests
{
    private const string Command = "/action/joint_positions";
    private const string Observation = "/observation/joint_positions";
    private const string LatestAt = """{"alignment":"latest_at","maxAgeNs":100}""";

    [Fact]
    public async Task A_cleared_command_is_none_at_that_time_and_is_carried_on_after_it()
    {
        var recording = Clear(new RecordingBuilder().Add(Command, [0, 40], [[1.0], [2.0]]).Add(Observation, [0, 10, 20, 40], [[1.0], [1.0], [1.5], [2.0]]), Command, 10);

        var rows = await Deriving.RowsAsync(await Deriving.TrackingErrorAsync(recording.ToRrd(), LatestAt));

        rows.Times.ShouldBe([0L, 20, 40]);
        rows.Errors.ShouldBe([0, 0.5, 0]);
        rows.Dropped(DropReasons.EmptyCommand).ShouldBe(1);
    }

    [Fact]
    public async Task An_observation_that_was_cleared_after_it_was_logged_is_dropped_and_what_is_logged_after_the_clear_holds()
    {
        var recording = Clear(new RecordingBuilder().Add(Command, [0, 10], [[1.0], [2.0]]).Add(Observation, [0, 10], [[1.0], [2.0]]), Observation, 0, 10).Add(Observation, [10], [[2.5]]);

        var rows = await Deriving.RowsAsync(await Deriving.TrackingErrorAsync(recording.ToRrd()));

        rows.Times.ShouldBe([10L]);
        rows.Errors.ShouldBe([0.5]);
        rows.Dropped(DropReasons.EmptyObservation).ShouldBe(1);
    }

    [Fact]
    public async Task A_clear_above_the_entity_is_not_seen()
    {
        var recording = Clear(new RecordingBuilder().Add(Command, [0, 10], [[1.0], [2.0]]).Add(Observation, [0, 10], [[1.0], [2.0]]), "/action", 10);

        (await Deriving.RowsAsync(await Deriving.TrackingErrorAsync(recording.ToRrd()))).Times.ShouldBe([0L, 10]);
    }

    private static RecordingBuilder Clear(RecordingBuilder recording, string entity, params long[] times) => recording.Add(
        entity,
        [new TimeColumn("real_time", TimelineTypes.ArrayOf(Strata.Rrd.TimelineKind.Timestamp, times))],
        times.Length,
        ListArray.OfUniformLength(BooleanArray.From([.. times.Select(_ => true)]), 1),
        "Clear:is_recursive");
}
