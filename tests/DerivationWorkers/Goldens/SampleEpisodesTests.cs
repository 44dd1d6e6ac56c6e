using System.Text.Json;
using Strata.Arrow;

namespace Strata.DerivationWorkers.Tests;

public class SampleEpisodesTests
{
    private const double Tolerance = 1e-12;

    public static TheoryData<string> Segments => [.. TestRecordings.SampleSegments];

    [Theory]
    [MemberData(nameof(Segments))]
    public async Task The_tracking_error_of_every_row_equals_Reruns_server(string segment)
    {
        var golden = Golden(segment);

        var rows = await Deriving.RowsAsync(await Deriving.TrackingErrorAsync(TestRecordings.Sample(segment)));

        rows.Timeline.ShouldBe("real_time");
        rows.Times.ShouldBe(golden.GetProperty("timestamps_ns").EnumerateArray().Select(t => t.GetInt64()));
        var errors = golden.GetProperty("tracking_error").EnumerateArray().Select(e => e.GetDouble()).ToArray();
        rows.Errors.Length.ShouldBe(errors.Length);
        for (var i = 0; i < errors.Length; i++)
        {
            rows.Errors[i].ShouldBe(errors[i], Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Segments))]
    public async Task The_statistics_equal_numpys(string segment)
    {
        var golden = Golden(segment);

        var derivation = await Deriving.TrackingErrorAsync(TestRecordings.Sample(segment));

        await NumberShouldBe(derivation, "mean", golden.GetProperty("mean_numpy").GetDouble());
        await NumberShouldBe(derivation, "p95", golden.GetProperty("p95").GetDouble());
        await NumberShouldBe(derivation, "max", golden.GetProperty("max").GetDouble());
        ((Int64Array)(await Deriving.PropertyAsync(derivation, "tracking_error", "rows_used"))!).Values[0].ShouldBe(golden.GetProperty("rows").GetInt64());
        ((Int64Array)(await Deriving.PropertyAsync(derivation, "tracking_error", "rows_dropped"))!).Values[0].ShouldBe(0);
        ((DoubleArray)(await Deriving.PropertyAsync(derivation, "tracking_error", "rms_per_joint"))!).Length.ShouldBe(7);
    }

    [Theory]
    [MemberData(nameof(Segments))]
    public async Task The_verdict_is_the_golden_one(string segment)
    {
        var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.Sample(segment))).ShouldBeOfType<Derivation.Derived>();

        var quality = await Deriving.QualityAsync(tracking.Rrd);

        quality.ShouldBeOfType<Derivation.Derived>().Outcome.ShouldBe("derived");
        ((BooleanArray)(await Deriving.PropertyAsync(quality, "quality", "tracking_good"))!).GetValue(0).ShouldBe(Golden(segment).GetProperty("tracking_good").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(Segments))]
    public async Task Quality_of_a_layer_that_the_how_to_wrote_by_hand_is_the_golden_one(string segment)
    {
        var given = await File.ReadAllBytesAsync(TestRecordings.InRepository("samples", "sample_5", "golden", "layers", segment + "_tracking_error.rrd"), TestContext.Current.CancellationToken);

        var quality = await Deriving.QualityAsync(given);

        ((BooleanArray)(await Deriving.PropertyAsync(quality, "quality", "tracking_good"))!).GetValue(0).ShouldBe(Golden(segment).GetProperty("tracking_good").GetBoolean());
    }

    private static async Task NumberShouldBe(Derivation derivation, string component, double expected) =>
        ((DoubleArray)(await Deriving.PropertyAsync(derivation, "tracking_error", component))!).Values[0].ShouldBe(expected, Tolerance);

    private static JsonElement Golden(string segment) =>
        TestRecordings.Json(TestRecordings.InRepository("samples", "sample_5", "golden", "tracking.json")).GetProperty("segments").GetProperty(segment);
}
