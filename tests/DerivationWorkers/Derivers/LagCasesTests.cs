using Strata.Contracts;
using TimelineKind = Strata.Rrd.TimelineKind;

namespace Strata.DerivationWorkers.Tests;

public class LagCasesTests
{
    private const string Command = "/action/joint_positions";
    private const string Observation = "/observation/joint_positions";
    private const long StepNs = 10_000_000;

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    [InlineData(-2)]
    public async Task A_copy_that_comes_some_steps_later_is_found_with_no_error_left(int steps)
    {
        var property = await DerivedProperty.OfAsync(new LagDeriver(), Recording(t => [Wave(t), 2 * Wave(t + 7)], t => [Wave(t - steps), 2 * Wave(t + 7 - steps)]));

        property.Count("lag_steps").ShouldBe(steps);
        property.Number("lag_ms")!.Value.ShouldBe(10 * steps, 0.5);
        property.Number("correlation")!.Value.ShouldBe(1, 1e-9);
        property.Number("tracking_error_mean_at_lag")!.Value.ShouldBe(0, 1e-12);
        property.Has("warnings").ShouldBeFalse();
    }

    [Fact]
    public async Task Each_joint_has_a_lag_of_its_own_and_one_that_stands_still_has_none()
    {
        var property = await DerivedProperty.OfAsync(
            new LagDeriver(), Recording(t => [Wave(t), Wave(t), 1], t => [Wave(t - 1), Wave(t - 4), 2]), """{"names":["a","b","c"]}""");

        property.Texts("joints").ShouldBe(["a", "b", "c"]);
        property.Numbers("lag_ms_per_joint").Select(l => l is { } ms ? Math.Round(ms) : (double?)null).ShouldBe([10, 40, null]);
        property.Numbers("correlation_per_joint")[2].ShouldBeNull();
    }

    [Fact]
    public async Task A_joint_that_is_commanded_and_does_not_move_draws_the_lag_of_the_others_nowhere()
    {
        var property = await DerivedProperty.OfAsync(new LagDeriver(), Recording(t => [Wave(t), 5 * Wave(t + 11)], t => [Wave(t - 3), 2]));

        property.Count("lag_steps").ShouldBe(3);
        property.Number("correlation")!.Value.ShouldBe(1, 1e-9);
    }

    [Fact]
    public async Task A_lag_beyond_the_largest_is_told_as_a_warning()
    {
        var property = await DerivedProperty.OfAsync(new LagDeriver(), Recording(t => [Wave(t)], t => [Wave(t - 8)]), """{"maxLagNs":40000000}""");

        property.Count("lag_steps").ShouldBe(4);
        property.Texts("warnings").ShouldBe(["lag_at_limit"]);
    }

    [Fact]
    public async Task A_joint_that_turns_without_end_is_unwound_where_it_is_declared()
    {
        static double Turn(double angle) => angle - Math.Tau * Math.Round(angle / Math.Tau);
        var file = Recording(t => [Turn(0.2 * t + Wave(t))], t => [Turn(0.2 * (t - 3) + Wave(t - 3))]);

        var wrapped = await DerivedProperty.OfAsync(new LagDeriver(), file, """{"wrap":true}""");

        wrapped.Count("lag_steps").ShouldBe(3);
        wrapped.Number("tracking_error_mean_at_lag")!.Value.ShouldBe(0, 1e-9);
    }

    [Fact]
    public async Task A_gap_is_not_crossed_and_its_samples_are_counted()
    {
        long[] times = [.. Enumerable.Range(0, 200).Where(i => i is < 80 or > 100).Select(i => i * StepNs)];
        var file = new RecordingBuilder().Add(Command, times, [.. times.Select(t => new[] { Wave(t / StepNs) })]).Add(Observation, times, [.. times.Select(t => new[] { Wave(t / StepNs - 2) })]).ToRrd();

        var property = await DerivedProperty.OfAsync(new LagDeriver(), file);

        property.Count("samples").ShouldBe(179);
        property.Count("samples_dropped").ShouldBe(21);
        property.Count("lag_steps").ShouldBe(2);
    }

    [Theory]
    [InlineData(10, "{}", "look less far with `--set maxLagNs=N`")]
    [InlineData(100, """{"maxLagNs":5}""", "maxLagNs is shorter than a step of 10000000 ns")]
    [InlineData(100, """{"rateHz":1e9,"maxLagNs":100000}""", "are more than are compared")]
    public async Task What_cannot_be_told_is_a_skip_that_says_what_to_set(int rows, string parameters, string words)
    {
        var skipped = await DerivedProperty.SkippedAsync(new LagDeriver(), Recording(t => [Wave(t)], t => [Wave(t)], rows), parameters);

        skipped.Reason.ShouldBe(SkipReasons.NoComparableRows);
        skipped.Detail.ShouldContain(words);
    }

    [Fact]
    public async Task What_stands_still_has_no_lag() =>
        (await DerivedProperty.SkippedAsync(new LagDeriver(), Recording(_ => [1], t => [Wave(t)]))).Detail.ShouldBe("no joint moves on both sides: what stands still has no lag");

    [Fact]
    public async Task A_sequence_has_no_seconds()
    {
        var rows = RecordingBuilder.Nullable([[1.0], [2], [3]]);
        var file = new RecordingBuilder().Add(Command, [1, 2, 3], rows, "frame", TimelineKind.Sequence).Add(Observation, [1, 2, 3], rows, "frame", TimelineKind.Sequence).ToRrd();

        (await DerivedProperty.SkippedAsync(new LagDeriver(), file)).Reason.ShouldBe(SkipReasons.NoCommonIndex);
    }

    [Theory]
    [InlineData("""{"maxLagNs":0}""", "maxLagNs: expected more than 0, found 0")]
    [InlineData("""{"rateHz":0}""", "rateHz: expected more than 0")]
    [InlineData("""{"maxLag":1}""", "maxLag: unknown; expected command, commandJoints, index, joints, maxGapNs, maxLagNs")]
    public void Parameters_that_cannot_work_are_refused(string parameters, string refusal) =>
        new LagDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldNotBeNull().ShouldStartWith(refusal);

    /// <summary>Not periodic inside the largest lag.</summary>
    private static double Wave(double step) => Math.Sin(0.11 * step) + 0.5 * Math.Sin(0.037 * step + 1);

    private static ReadOnlyMemory<byte> Recording(Func<int, double[]> command, Func<int, double[]> observation, int rows = 200)
    {
        long[] times = [.. Enumerable.Range(0, rows).Select(i => i * StepNs)];
        return new RecordingBuilder()
            .Add(Command, times, [.. Enumerable.Range(0, rows).Select(command)])
            .Add(Observation, times, [.. Enumerable.Range(0, rows).Select(observation)]).ToRrd();
    }
}
