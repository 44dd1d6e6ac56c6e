using System.Text.Json;
using Strata.Arrow;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What numpy makes of the same joints, read by Rerun's own reader: tests/DerivationWorkers/make/make_lag.py. Each golden member has the name of the component.</summary>
public class LagGoldensTests
{
    private const int Frames = 2;

    /// <summary>The parabola divides small differences of correlations, which leaves fewer of their digits.</summary>
    private const double LagToleranceMs = 1e-5;
    private const double Tolerance = 1e-9;

    private static readonly JsonElement Golden = TestRecordings.Json(TestRecordings.InRepository("tests", "DerivationWorkers", "Goldens", "lag.json"));

    public static TheoryData<string> Segments => [.. TestRecordings.SampleSegments];

    [Theory]
    [MemberData(nameof(Segments))]
    public Task The_lag_of_a_sample_is_numpys_as_it_is_and_two_frames_later(string segment) => ShouldBeGolden("samples", segment, TestRecordings.Sample(segment));

    [Theory]
    [InlineData("different_rates")]
    [InlineData("gap")]
    public Task The_lag_of_other_layouts_is_numpys(string layout) => ShouldBeGolden("joint_layouts", layout, TestRecordings.JointLayout(layout));

    [Fact]
    public async Task The_lag_of_real_robots_is_numpys()
    {
        var folder = TestRecordings.Shared("robots");
        foreach (var robot in Golden.GetProperty("robots").EnumerateObject())
        {
            await ShouldBeGolden("robots", robot.Name, Path.Combine(folder, robot.Name + ".rrd"));
        }
    }

    /// <summary>The story of docs/derivers.md: its numbers are these.</summary>
    [Fact]
    public async Task A_delay_of_two_frames_turns_a_good_sample_bad_and_the_lag_turns_it_good_again()
    {
        const string segment = "NORDA_4fa83d60_2025_03_02_11h_27m_51s";
        var good = await DelayedRecording.OfAsync(TestRecordings.Sample(segment), 0);
        var late = await DelayedRecording.OfAsync(TestRecordings.Sample(segment), Frames);

        (await MeanAndVerdict(good)).ShouldBe((0.0713, true));
        (await MeanAndVerdict(late)).ShouldBe((0.1483, false));
        var before = await DerivedProperty.OfAsync(new LagDeriver(), good);
        var after = await DerivedProperty.OfAsync(new LagDeriver(), late);
        Math.Round(before.Number("lag_ms")!.Value, 1).ShouldBe(66.4);
        Math.Round(after.Number("lag_ms")!.Value, 1).ShouldBe(199.8);
        (await MeanAndVerdict(late, """{"observationDelayNs":133400000,"alignment":"nearest"}""")).ShouldBe((0.0713, true));
    }

    private static async Task<(double Mean, bool IsGood)> MeanAndVerdict(ReadOnlyMemory<byte> file, string parameters = "{}")
    {
        var tracking = await Deriving.TrackingErrorAsync(file, parameters);
        var mean = ((DoubleArray)(await Deriving.PropertyAsync(tracking, "tracking_error", "mean"))!).Values[0];
        var quality = await Deriving.QualityAsync(tracking.ShouldBeOfType<Derivation.Derived>().Rrd);
        return (Math.Round(mean, 4), ((BooleanArray)(await Deriving.PropertyAsync(quality, "quality", "tracking_good"))!).GetValue(0)!.Value);
    }

    private static async Task ShouldBeGolden(string group, string name, string path)
    {
        var golden = Golden.GetProperty(group).GetProperty(name);
        foreach (var (member, frames) in new[] { ("plain", 0), ("delayed", Frames) })
        {
            var property = await DerivedProperty.OfAsync(new LagDeriver(), await DelayedRecording.OfAsync(path, frames));
            foreach (var expected in golden.GetProperty(member).EnumerateObject())
            {
                var tolerance = expected.Name.StartsWith("lag_ms", StringComparison.Ordinal) ? LagToleranceMs : Tolerance;
                var found = expected.Name is "lag_steps" or "samples" ? [.. property.Counts(expected.Name).Select(c => (double?)c)] : property.Numbers(expected.Name);
                var wanted = expected.Value.ValueKind == JsonValueKind.Array ? expected.Value.EnumerateArray().ToList() : [expected.Value];
                found.Length.ShouldBe(wanted.Count, $"{name} {member} {expected.Name}");
                foreach (var (value, want) in found.Zip(wanted))
                {
                    if (want.ValueKind == JsonValueKind.Null)
                    {
                        value.ShouldBeNull($"{name} {member} {expected.Name}");
                    }
                    else
                    {
                        value.ShouldNotBeNull().ShouldBe(want.GetDouble(), tolerance, $"{name} {member} {expected.Name}");
                    }
                }
            }
        }
    }
}
