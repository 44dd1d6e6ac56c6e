namespace Strata.DerivationWorkers.Tests;

/// <summary>Real joints of a humanoid and of an arm; fetched data, so it lies outside of the repository.</summary>
public class RobotsTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public async Task Every_robots_tracking_error_equals_Reruns_server()
    {
        var folder = TestRecordings.Shared("robots");
        var golden = TestRecordings.Json(Path.Combine(folder, "golden", "tracking.json")).GetProperty("segments");
        foreach (var segment in golden.EnumerateObject())
        {
            var derivation = await Deriving.TrackingErrorAsync(Path.Combine(folder, segment.Name + ".rrd"));
            var rows = await Deriving.RowsAsync(derivation);

            rows.Times.ShouldBe(segment.Value.GetProperty("timestamps_ns").EnumerateArray().Select(t => t.GetInt64()), segment.Name);
            foreach (var (error, expected) in rows.Errors.Zip(segment.Value.GetProperty("tracking_error").EnumerateArray()))
            {
                error.ShouldBe(expected.GetDouble(), Tolerance, segment.Name);
            }

            var quality = await Deriving.QualityAsync(rows.Derivation.Rrd);
            ((Strata.Arrow.BooleanArray)(await Deriving.PropertyAsync(quality, "quality", "tracking_good"))!).GetValue(0)
                .ShouldBe(segment.Value.GetProperty("tracking_good").GetBoolean(), segment.Name);
        }
    }
}
