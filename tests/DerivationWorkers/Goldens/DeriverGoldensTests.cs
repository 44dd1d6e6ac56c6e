using System.Text.Json;

namespace Strata.DerivationWorkers.Tests;

/// <summary>
/// What numpy made of the same recordings and signals, read by Rerun's own reader: tests/DerivationWorkers/make/make_derivers.py. Each golden member has the name of the component.
/// </summary>
public class DeriverGoldensTests
{
    private const string StillParameters = """{"threshold":0.05,"unit":"rad"}""";
    private const string RangeParameters = """{"lower":-0.5,"upper":0.5,"margin":0.01,"unit":"rad"}""";

    /// <summary>Third differences of neighbouring values leave few of their digits, so the last of each of them weighs more.</summary>
    private const double SmoothnessTolerance = 1e-9;
    private const double Tolerance = 1e-12;

    public static TheoryData<string> Segments => [.. TestRecordings.SampleSegments];

    public static TheoryData<string> Signals => [.. Golden("signals").EnumerateObject().Select(s => s.Name)];

    public static TheoryData<string> Streams => [.. Golden("streams").EnumerateObject().Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Segments))]
    public async Task Every_number_of_a_sample_is_numpys(string segment) =>
        await ShouldBeGolden(Golden("samples").GetProperty(segment), await File.ReadAllBytesAsync(TestRecordings.Sample(segment), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Every_number_of_real_robots_is_numpys()
    {
        var folder = TestRecordings.Shared("robots");
        foreach (var robot in Golden("robots").EnumerateObject())
        {
            await ShouldBeGolden(robot.Value, await File.ReadAllBytesAsync(Path.Combine(folder, robot.Name + ".rrd"), TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task Every_number_of_a_signal_is_numpys(string name)
    {
        var golden = Golden("signals").GetProperty(name);
        var file = new RecordingBuilder()
            .Add("/observation/joint_positions", Longs(golden.GetProperty("times")), [.. golden.GetProperty("joints").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetDouble()).ToArray())])
            .ToRrd();

        await ShouldBeGolden(golden, file, name == "turning" ? """{"wrap":true}""" : "{}");
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Every_number_of_a_stream_is_numpys(string name)
    {
        var golden = Golden("streams").GetProperty(name);
        var times = Longs(golden.GetProperty("times"));
        var file = new RecordingBuilder().Add("/arm", times, [.. times.Select(_ => new[] { 1.0 })]).ToRrd();
        var declared = golden.GetProperty("declared_hz");
        var parameters = declared.ValueKind == JsonValueKind.Null ? "{}" : $$"""{"expectedHz":{{declared.GetRawText()}}}""";
        var wanted = golden.GetProperty("gaps");
        if (wanted.GetProperty("max_gap_ms").ValueKind == JsonValueKind.Null)
        {
            (await DerivedProperty.SkippedAsync(new GapsDeriver(), file, parameters)).Reason.ShouldBe("no_comparable_rows");
            return;
        }

        GapsShouldBe(await DerivedProperty.OfAsync(new GapsDeriver(), file, parameters), 0, wanted);
    }

    [Fact]
    public async Task The_jerk_of_a_minimum_jerk_movement_is_what_the_calculus_says()
    {
        var golden = Golden("signals").GetProperty("minimum_jerk");
        var times = Enumerable.Range(0, 2001).Select(i => i * 1_000_000L).ToArray();
        var file = new RecordingBuilder().Add("/observation/joint_positions", times, [.. times.Select(t => new[] { MinimumJerk(t / 2e9) })]).ToRrd();

        var property = await DerivedProperty.OfAsync(new SmoothnessDeriver(), file);

        // ∫ jerk² dt = 720 A²/T⁵ and peak speed = 15/8 A/T, so the dimensionless jerk is 204.8.
        property.Number("ldlj")!.Value.ShouldBe(-Math.Log(204.8), 0.01);
        golden.GetProperty("smoothness").GetProperty("ldlj").GetDouble().ShouldBe(-Math.Log(204.8), 0.1);
    }

    private static double MinimumJerk(double s) => s * s * s * (10 - 15 * s + 6 * s * s);

    private static async Task ShouldBeGolden(JsonElement golden, ReadOnlyMemory<byte> file, string parameters = "{}")
    {
        var compared = 0;
        foreach (var part in golden.EnumerateObject())
        {
            var (deriver, own) = part.Name switch
            {
                "motion" => ((IDeriver)new MotionDeriver(), parameters),
                "static_joints" => (new StaticJointsDeriver(), StillParameters),
                "range" => (new RangeDeriver(), RangeParameters),
                "smoothness" => (new SmoothnessDeriver(), parameters),
                "smoothness_at_40_hz" => (new SmoothnessDeriver(), """{"rateHz":40}"""),
                "gaps" => (new GapsDeriver(), """{"index":"real_time"}"""),
                _ => (null!, ""),
            };
            if (deriver is null)
            {
                continue;
            }

            compared++;
            var property = await DerivedProperty.OfAsync(deriver, file, own);
            if (part.Name == "gaps")
            {
                property.Texts("entities").ShouldBe(part.Value.EnumerateObject().Select(e => e.Name));
                property.Texts("entities").Select((_, i) => i).ToList().ForEach(i => GapsShouldBe(property, i, part.Value.EnumerateObject().ElementAt(i).Value));
                continue;
            }

            foreach (var member in part.Value.EnumerateObject())
            {
                ShouldBe(property, member, part.Name.StartsWith("smoothness", StringComparison.Ordinal) ? SmoothnessTolerance : Tolerance);
            }
        }

        compared.ShouldBeGreaterThan(0);
    }

    private static void ShouldBe(DerivedProperty property, JsonProperty golden, double tolerance)
    {
        if (golden.Name == "dead")
        {
            var joints = property.Texts("joints");
            property.Texts("dead_joints").ShouldBe(joints.Where((_, i) => golden.Value[i].GetBoolean()));
            return;
        }

        var wanted = golden.Value.ValueKind == JsonValueKind.Array ? golden.Value.EnumerateArray().ToArray() : [golden.Value];
        var found = property.Numbers(golden.Name);
        found.Length.ShouldBe(wanted.Length, golden.Name);
        for (var i = 0; i < found.Length; i++)
        {
            NumberShouldBe(found[i], wanted[i], tolerance, $"{golden.Name}[{i}]");
        }
    }

    private static void GapsShouldBe(DerivedProperty property, int entity, JsonElement golden)
    {
        NumberShouldBe(property.Numbers("max_ms_per_entity")[entity], golden.GetProperty("max_gap_ms"), Tolerance, "max_gap_ms");
        NumberShouldBe(property.Numbers("rate_hz_per_entity")[entity], golden.GetProperty("rate_hz"), Tolerance, "rate_hz");
        NumberShouldBe(property.Numbers("expected_hz_per_entity")[entity], golden.GetProperty("expected_hz"), Tolerance, "expected_hz");
        property.Counts("rows_per_entity")[entity].ShouldBe(golden.GetProperty("rows").GetInt64());
        property.Counts("max_start_ns_per_entity")[entity].ShouldBe(golden.GetProperty("max_gap_start_ns").GetInt64());
        property.Counts("dropped_frames_per_entity")[entity].ShouldBe(golden.GetProperty("dropped_frames").GetInt64());
        property.Counts("duplicate_times_per_entity")[entity].ShouldBe(golden.GetProperty("duplicate_times").GetInt64());
        property.Counts("backward_times_per_entity")[entity].ShouldBe(golden.GetProperty("backward_times").GetInt64());
    }

    private static void NumberShouldBe(double? found, JsonElement wanted, double tolerance, string name)
    {
        if (wanted.ValueKind == JsonValueKind.Null)
        {
            found.ShouldBeNull(name);
            return;
        }

        var number = wanted.GetDouble();
        found.ShouldNotBeNull(name).ShouldBe(number, tolerance * Math.Max(1, Math.Abs(number)), name);
    }

    private static long[] Longs(JsonElement times) => [.. times.EnumerateArray().Select(t => t.GetInt64())];

    private static JsonElement Golden(string part) => TestRecordings.Json(TestRecordings.InRepository("tests", "DerivationWorkers", "Goldens", "derivers.json")).GetProperty(part);
}
