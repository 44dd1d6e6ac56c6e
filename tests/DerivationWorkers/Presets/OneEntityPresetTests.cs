using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers.Tests;

public class OneEntityPresetTests
{
    [Fact]
    public async Task Two_components_of_one_entity_are_paired()
    {
        var file = await Looking.LayoutAsync("one_entity");

        var match = await Looking.MatchAsync(file, "one_entity");

        match.Rules.Single().Parameters.ShouldBe(CanonicalJson.Parse("""{"command":"/arm:target_q","observation":"/arm:actual_q"}"""));
        match.Why[0].ShouldBe("of the components of /arm target_q is named like a command and actual_q like an observation");
        var rows = await Deriving.RowsAsync(await Looking.DeriveAsync(match.Rules[0], file));
        JointLayout.Of("one_entity").RowsShouldEqual(rows, JointLayout.SameRow);
    }

    [Fact]
    public async Task Of_positions_velocities_and_currents_the_positions_are_meant()
    {
        var builder = new RecordingBuilder();
        foreach (var component in new[] { "actual_current", "actual_q", "actual_qd", "target_current", "target_q", "target_qd" })
        {
            builder.Add("/ur", [new TimeColumn("real_time", TimelineTypes.ArrayOf(TimelineKind.Timestamp, [1, 2]))], 2, ListArray.OfUniformLength(DoubleArray.From([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]), 6), component);
        }

        var match = await Looking.MatchAsync(builder.ToRrd(), "one_entity");

        match.Rules.Single().Parameters.ShouldBe(CanonicalJson.Parse("""{"command":"/ur:target_q","observation":"/ur:actual_q"}"""));
    }
}
