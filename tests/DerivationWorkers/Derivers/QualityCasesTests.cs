using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

public class QualityCasesTests
{
    private const string Errors = "/derived/tracking_error";

    [Theory]
    [InlineData(0.1299, true)]
    [InlineData(0.13, false)]
    [InlineData(0.2, false)]
    public async Task Tracking_is_good_when_the_mean_is_below_the_threshold(double error, bool good) =>
        (await VerdictAsync(await Deriving.QualityAsync(Given([error], [error])))).ShouldBe(good);

    [Fact]
    public async Task The_threshold_is_the_rules() =>
        (await VerdictAsync(await Deriving.QualityAsync(Given([5.0]), """{"threshold":6,"unit":"deg"}"""))).ShouldBe(true);

    [Fact]
    public async Task Too_many_dropped_rows_leave_the_verdict_to_a_person()
    {
        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.JointLayout("gap_empty"))).ShouldBeOfType<Derivation.Derived>();

        var quality = (await Deriving.QualityAsync(tracking.Rrd)).ShouldBeOfType<Derivation.Derived>();

        quality.Outcome.ShouldBe("review");
        (await VerdictAsync(quality)).ShouldBeNull();
        (await VerdictAsync(await Deriving.QualityAsync(tracking.Rrd, """{"maxDroppedFraction":0.2}"""))).ShouldBe(true);
    }

    [Fact]
    public async Task Five_percent_dropped_are_not_too_many()
    {
        double[][] nineteen = [.. Enumerable.Repeat(new[] { 0.1 }, 19)];
        (await VerdictAsync(await Deriving.QualityAsync(Given([.. nineteen, [double.NaN]])))).ShouldBe(true);
        (await VerdictAsync(await Deriving.QualityAsync(Given([.. nineteen[1..], [double.NaN]])))).ShouldBeNull();
    }

    [Fact]
    public async Task Superseded_rows_are_not_dropped_ones()
    {
        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.JointLayout("duplicate_rows"))).ShouldBeOfType<Derivation.Derived>();
        (await Deriving.QualityAsync(tracking.Rrd)).ShouldBeOfType<Derivation.Derived>().Outcome.ShouldBe("derived");
    }

    [Fact]
    public async Task A_layer_without_rows_is_no_data_and_not_bad()
    {
        var skipped = (await Deriving.QualityAsync(Given([double.NaN]))).ShouldBeOfType<Derivation.Skipped>();
        skipped.Reason.ShouldBe(SkipReasons.NoData);
        skipped.RowsDropped.ShouldBe([new DroppedRows(DropReasons.NonFinite, 1)]);
    }

    [Fact]
    public async Task Rows_with_several_values_are_dropped_and_not_guessed_from()
    {
        var quality = await Deriving.QualityAsync(Given([0.1], [0.1, 9.0], []), """{"maxDroppedFraction":1}""");

        (await VerdictAsync(quality)).ShouldBe(true);
        quality.ShouldBeOfType<Derivation.Derived>().Provenance.RowsDropped
            .ShouldBe([new DroppedRows(DropReasons.EmptyObservation, 1), new DroppedRows(DropReasons.JointCountDiffers, 1)]);
    }

    [Fact]
    public async Task A_threshold_in_another_unit_than_the_inputs_is_not_compared()
    {
        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.JointLayout("zero_error"), """{"unit":"deg"}""")).ShouldBeOfType<Derivation.Derived>();

        var skipped = (await Deriving.QualityAsync(tracking.Rrd)).ShouldBeOfType<Derivation.Skipped>();

        skipped.Reason.ShouldBe(SkipReasons.SchemaMismatch);
        skipped.Detail.ShouldBe("the threshold 0.13 is in rad, the layer tracking_error is in deg; declare both rules with one unit");
    }

    [Fact]
    public async Task A_layer_without_the_errors_is_a_mismatch()
    {
        var skipped = (await Deriving.QualityAsync(new RecordingBuilder().Add("/other", [1], [[1.0]]).ToRrd())).ShouldBeOfType<Derivation.Skipped>();
        skipped.Reason.ShouldBe(SkipReasons.SchemaMismatch);
        skipped.Detail.ShouldStartWith("/derived/tracking_error not in the recording");
    }

    private static ReadOnlyMemory<byte> Given(params double[][] rows) =>
        new RecordingBuilder().Add(Errors, [.. Enumerable.Range(1, rows.Length).Select(i => (long)i)], rows).ToRrd();

    private static async Task<bool?> VerdictAsync(Derivation quality) =>
        ((BooleanArray?)await Deriving.PropertyAsync(quality, "quality", "tracking_good"))?.GetValue(0);
}
