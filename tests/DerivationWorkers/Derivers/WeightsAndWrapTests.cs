using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What a joint counts in the error, and what is said where it may turn without end.</summary>
public class WeightsAndWrapTests
{
    private const string Command = "/action/joint_positions";
    private const string Observation = "/observation/joint_positions";

    [Fact]
    public async Task Weights_multiply_the_squares_of_the_joints_and_leave_the_rms_as_it_is()
    {
        var derivation = await Deriving.TrackingErrorAsync(Of([[3.0, 4.0, 9.0]], [[0.0, 0.0, 0.0]]), """{"weights":[4,0.25,0]}""");

        (await Deriving.RowsAsync(derivation)).Errors.Single().ShouldBe(Math.Sqrt(4 * 9 + 0.25 * 16));
        ((DoubleArray)(await Deriving.PropertyAsync(derivation, "tracking_error", "rms_per_joint"))!).Values.ToArray().ShouldBe([3.0, 4.0, 9.0]);
        ((DoubleArray)(await Deriving.PropertyAsync(derivation, "tracking_error", "weights"))!).Values.ToArray().ShouldBe([4, 0.25, 0]);
    }

    [Fact]
    public async Task Weights_of_another_number_of_joints_are_a_skip_that_says_both() =>
        (await Deriving.TrackingErrorAsync(Of([[1.0, 2.0]], [[1.0, 2.0]]), """{"weights":[1,1,1]}""")).ShouldBeOfType<Derivation.Skipped>()
            .Detail.ShouldBe("weights tells of 3 joints, 2 are compared; tell one number a joint");

    [Theory]
    [InlineData("""{"weights":[]}""", "weights: expected a list of numbers, 0 or more, one a joint and at least one above 0, found none")]
    [InlineData("""{"weights":[0,0]}""", "weights: expected a list of numbers, 0 or more, one a joint and at least one above 0, found only 0")]
    [InlineData("""{"weights":[1,-1]}""", "weights: expected a list of numbers, 0 or more, one a joint and at least one above 0, found -1")]
    [InlineData("""{"weights":1}""", "weights: expected a list of numbers, 0 or more, one a joint and at least one above 0, found 1")]
    public void Weights_that_cannot_work_are_refused(string parameters, string refusal) =>
        new TrackingErrorDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldBe(refusal);

    [Theory]
    [InlineData(3.1, -3.1, "{}", 1)]
    [InlineData(179, -179, """{"unit":"deg"}""", 1)]
    [InlineData(361, -358, """{"unit":"deg"}""", 1)]
    [InlineData(3.1, -3.1, """{"weights":[0.001]}""", 1)]
    [InlineData(3.1, -3.1, """{"wrap":true}""", 0)]
    [InlineData(3.1, -3.1, """{"unit":"native"}""", 0)]
    [InlineData(3.1, -3.1, """{"unit":"m"}""", 0)]
    [InlineData(4.0, 0.0, "{}", 0)]
    [InlineData(100.0, -100, """{"unit":"deg"}""", 0)]
    public async Task A_difference_of_about_whole_turns_is_a_warning_where_the_joint_was_not_declared_as_turning(double command, double observation, string parameters, int rows)
    {
        var derivation = await Deriving.TrackingErrorAsync(Of([[command], [0.0]], [[observation], [0.0]]), parameters);

        var warnings = await PropertyOrNull(derivation, "warnings");
        if (rows == 0)
        {
            warnings.ShouldBeNull();
        }
        else
        {
            ((StringArray)warnings!).GetString(0).ShouldBe("possible_wrap");
            ((Int64Array)(await PropertyOrNull(derivation, "possible_wrap_rows_per_joint"))!).Values.ToArray().ShouldBe([rows]);
        }
    }

    private static ReadOnlyMemory<byte> Of(double[][] command, double[][] observation)
    {
        long[] times = [.. Enumerable.Range(1, command.Length).Select(i => (long)i)];
        return new RecordingBuilder().Add(Command, times, command).Add(Observation, times, observation).ToRrd();
    }

    private static async Task<IArrowArray?> PropertyOrNull(Derivation derivation, string component) =>
        (await Deriving.ChunksAsync(derivation.ShouldBeOfType<Derivation.Derived>().Rrd))
            .Single(c => c.EntityPath == Strata.Rrd.EntityPath.Properties.Append("tracking_error")).Component(component)?.Lists.GetSlicedValues(0);
}
