using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Nearest and linear, which take a value from rows around a time, against the slow and obvious way and in the cases that have a name.</summary>
public class BetweenRowsTests
{
    private const string Command = "/action/joint_positions";
    private const string Observation = "/observation/joint_positions";

    [Fact]
    public void Nearest_is_what_looking_at_every_row_gives() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var known = Times(random, 1 + random.Next(8));
            var wanted = Times(random, 1 + random.Next(12));
            var limit = random.Next(6);
            var delay = random.Next(3);

            var aligned = SeriesAlignment.At(Series(known), wanted, delay, new(AlignmentMethod.Nearest, limit));

            aligned.Cells.Select(c => c.HasValue ? known[c.Row] : c.IsTooFar ? -1 : -2).ShouldBe(
                wanted.Select(t => known.MinBy(k => (Math.Abs(k - (t - delay)), k)) is var k && Math.Abs(k - (t - delay)) <= limit ? k : -1));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Linear_is_the_line_between_the_rows_around_a_time() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var known = Times(random, 1 + random.Next(8));
            var wanted = Times(random, 1 + random.Next(12));
            var gap = random.Next(6);

            var aligned = SeriesAlignment.At(Series(known), wanted, 0, new(AlignmentMethod.Linear, gap));

            for (var row = 0; row < wanted.Length; row++)
            {
                var before = known.Where(k => k <= wanted[row]).DefaultIfEmpty(-1).Max();
                var after = known.Where(k => k >= wanted[row]).DefaultIfEmpty(-1).Min();
                var cell = aligned.Cells[row];
                if (before < 0 || after < 0 || after - before > gap)
                {
                    cell.HasValue.ShouldBeFalse();
                    cell.IsTooFar.ShouldBe(before >= 0 && after >= 0);
                }
                else
                {
                    // The value of a row is twice its time, so the line is too.
                    aligned.Blocks[cell.Block].Values[aligned.Blocks[cell.Block].Start(cell.Row)].ShouldBe(2.0 * wanted[row], 1e-9);
                }
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_two_rows_that_are_equally_near_the_earlier_one_counts() =>
        SeriesAlignment.At(Series([10, 20]), [15], 0, new(AlignmentMethod.Nearest, 5)).Cells.Single().Row.ShouldBe(0);

    [Theory]
    [InlineData(10, 0.5)]
    [InlineData(5, 0.25)]
    public async Task A_line_between_two_angles_goes_the_shorter_way_around_where_the_joint_turns(long at, double part)
    {
        var recording = new RecordingBuilder().Add(Command, [0, 20], [[3.1], [-3.1]]).Add(Observation, [at], [[3.1 + (part * (Math.Tau - 6.2))]]);
        var turning = await Errors(recording, """{"alignment":"linear","maxGapNs":20,"wrap":true}""");
        var plain = await Errors(recording, """{"alignment":"linear","maxGapNs":20}""");

        turning.Errors.Single().ShouldBe(0, 1e-12);
        plain.Errors.Single().ShouldBe(part * Math.Tau, 1e-12);
    }

    [Fact]
    public async Task A_gap_of_two_missed_commands_is_not_crossed()
    {
        var skipped = (await Derive(
            new RecordingBuilder().Add(Command, [0, 10, 20, 50], [[0], [0], [0], [0]]).Add(Observation, [35], [[0]]), """{"alignment":"linear"}""")).ShouldBeOfType<Derivation.Skipped>();

        skipped.RowsDropped.ShouldBe([new DroppedRows(DropReasons.CommandTooFar, 1)]);
        skipped.Detail.ShouldContain("commands are farther away than 20 when observed; allow more with `--set maxGapNs=N`");
    }

    [Fact]
    public async Task A_line_ends_at_a_clear_and_at_a_change_of_joints()
    {
        var rows = await Errors(
            new RecordingBuilder().Add(Command, [0, 10, 20, 30], [[0], [], [1], [1, 1]]).Add(Observation, [5, 15, 20, 25], [[0], [0], [0], [0]]), """{"alignment":"linear"}""");

        rows.Times.ShouldBe([20L]);
        rows.Dropped(DropReasons.EmptyCommand).ShouldBe(2);
        rows.Dropped(DropReasons.JointCountDiffers).ShouldBe(1);
    }

    [Fact]
    public async Task A_null_joint_on_either_end_is_none_between()
    {
        var rows = await Errors(
            new RecordingBuilder().Add(Command, [0, 10, 20], new double?[]?[] { [0.0], [null], [2.0] }).Add(Observation, [0, 5], [[0.0], [0]]), """{"alignment":"linear"}""");

        rows.Times.ShouldBe([0L]);
        rows.Dropped(DropReasons.NullJoint).ShouldBe(1);
    }

    [Fact]
    public async Task Counts_have_no_line_between_them()
    {
        var counts = Strata.Arrow.ListArray.OfUniformLength(Strata.Arrow.Int64Array.From([1, 2]), 1);
        var times = new[] { new Strata.Rrd.TimeColumn("real_time", Strata.Rrd.TimelineTypes.ArrayOf(Strata.Rrd.TimelineKind.Timestamp, [0L, 10])) };
        var recording = new RecordingBuilder().Add(Command, times, 2, counts).Add(Observation, [5], [[1.0]]);

        var skipped = (await Derive(recording, """{"alignment":"linear"}""")).ShouldBeOfType<Derivation.Skipped>();

        skipped.Reason.ShouldBe(SkipReasons.SchemaMismatch);
        skipped.Detail.ShouldContain("expected lists of floats");
        (await Errors(recording, """{"alignment":"nearest","maxDistanceNs":5}""")).Errors.Single().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"alignment":"linear","maxAgeNs":1}""", "maxAgeNs: is of alignment latest_at, found alignment linear")]
    [InlineData("""{"alignment":"nearest","maxGapNs":1}""", "maxGapNs: is of alignment linear, found alignment nearest")]
    [InlineData("""{"maxDistanceNs":1}""", "maxDistanceNs: is of alignment nearest, found alignment auto")]
    [InlineData("""{"alignment":"closest"}""", "alignment: expected one of auto, exact, latest_at, nearest, linear, found 'closest'")]
    public void A_limit_of_another_alignment_is_refused(string parameters, string refusal) =>
        new TrackingErrorDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldBe(refusal);

    private static long[] Times(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(20)).Distinct().Order()];

    private static JointSeries Series(long[] times)
    {
        var chunk = new RecordingBuilder().Add(Command, times, [.. times.Select(t => new[] { 2.0 * t })]).Chunks.Single();
        return JointSeries.Of([chunk], EntityColumn.Parse(Command), ("real_time", Strata.Rrd.TimelineKind.Timestamp), keepNulls: false);
    }

    private static Task<Derivation> Derive(RecordingBuilder recording, string parameters) => Deriving.TrackingErrorAsync(recording.ToRrd(), parameters);

    private static async Task<DerivedRows> Errors(RecordingBuilder recording, string parameters) => await Deriving.RowsAsync(await Derive(recording, parameters));
}
