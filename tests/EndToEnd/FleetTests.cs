using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Strata.Cli;
using Strata.Rrd.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary><c>strata fleet</c> and <c>strata fleet simulate</c>, as a user runs them.</summary>
public sealed class FleetTests : IDisposable
{
    private static readonly string[] Few = ["fleet", "simulate", "--robots", "5", "--rate", "4", "--duration", "1s", "--broken", "0.1", "--duplicates", "0.3"];

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-fleet-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Simulated_robots_publish_and_the_badly_tuned_ones_are_bad()
    {
        var summary = await StrataProgram.JsonAsync(Data, 0, Few);
        var fleet = await StrataProgram.JsonAsync(Data, 0, "fleet");
        var segments = (await StrataProgram.JsonAsync(Data, 0, "segments", "fleet")).EnumerateArray().ToList();

        (Sum("recordings") + Sum("quarantined")).ShouldBe(20);
        summary.GetProperty("recordings").GetInt32().ShouldBe(20);
        foreach (var (told, counted) in new[] { ("accepted", "recordings"), ("quarantined", "quarantined"), ("good", "good"), ("bad", "bad") })
        {
            summary.GetProperty(told).GetInt64().ShouldBe(Sum(counted), told);
            Sum(counted).ShouldBePositive(counted);
        }

        Sum("without_verdict").ShouldBe(0);
        summary.GetProperty("publish_to_quality_p99_ms").GetDouble().ShouldBeGreaterThanOrEqualTo(summary.GetProperty("publish_to_quality_p50_ms").GetDouble());
        segments.ShouldAllBe(s => StrataProgram.Layers(s) == "base, tracking_error, quality");
        segments.ShouldAllBe(s => s.GetProperty("property:quality:tracking_good")[0].GetBoolean() == (s.GetProperty("property:controller:tuning")[0].GetString() == "good"));
        fleet.EnumerateArray().ShouldAllBe(r => !r.GetProperty("silent").GetBoolean() && r.GetProperty("spooled").GetInt64() == 0);
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);

        long Sum(string member) => fleet.EnumerateArray().Sum(r => r.GetProperty(member).GetInt64());
    }

    [Fact]
    public async Task The_same_simulation_again_is_known_and_changes_nothing()
    {
        await StrataProgram.JsonAsync(Data, 0, Few);
        var before = await PositionAsync();

        var again = await StrataProgram.JsonAsync(Data, 0, Few);

        again.GetProperty("accepted").GetInt32().ShouldBe(0);
        again.GetProperty("known").GetInt32().ShouldBeGreaterThan(10);
        (await PositionAsync()).ShouldBe(before);

        async Task<long> PositionAsync() => (await StrataProgram.JsonAsync(Data, 0, "projections")).EnumerateArray().Max(p => p.GetProperty("head").GetInt64());
    }

    [Fact]
    public async Task Rerun_reads_a_simulated_recording_and_finds_the_same_tracking_error()
    {
        var options = new SimulationOptions("fleet", 5, 1, TimeSpan.FromSeconds(1), Seed: 3, Broken: 0, Duplicates: 0, BadlyTuned: 0.4);
        var files = new List<string>();
        foreach (var recording in options.MakeRobots().Select(robot => SimulatedRecording.Make(options, robot, 0)))
        {
            files.Add(Path.Combine(_folder, recording.Segment + ".rrd"));
            await File.WriteAllBytesAsync(files[^1], recording.File, Token);
        }

        var printed = await RerunSdk.PythonAsync(
            """
            import json, sys
            import numpy as np
            import rerun as rr
            with rr.server.Server(datasets={"fleet": sys.argv[1:]}) as server:
                dataset = server.client().get_dataset("fleet")
                means = {}
                for segment in dataset.segment_ids():
                    rows = dataset.filter_segments(segment).reader(index="real_time").to_pandas()
                    command = np.stack(rows["/action/joint_positions:Scalars:scalars"].to_numpy())
                    observation = np.stack(rows["/observation/joint_positions:Scalars:scalars"].to_numpy())
                    means[segment] = (float(np.linalg.norm(command - observation, axis=1).mean()), len(rows))
            print(json.dumps(means))
            """,
            [.. files]);
        await StrataProgram.JsonAsync(Data, 0, ["register", .. files, "--dataset", "fleet", "--wait"]);

        var theirs = JsonElement.Parse(printed.Split('\n').Last(line => line.StartsWith('{')));
        foreach (var segment in (await StrataProgram.JsonAsync(Data, 0, "segments", "fleet")).EnumerateArray())
        {
            var found = theirs.GetProperty(segment.GetProperty("rerun_segment_id").GetString()!);
            found[1].GetInt32().ShouldBe(150);
            segment.GetProperty("property:tracking_error:mean")[0].GetDouble().ShouldBe(found[0].GetDouble(), tolerance: 1e-9);
        }

        theirs.EnumerateObject().Count().ShouldBe(5);
    }

    [Fact]
    public async Task A_robot_says_over_rest_that_it_is_there_and_only_for_itself()
    {
        await using var server = await StrataServerProcess.StartAsync(Data, "--require-tokens");
        var token = (await StrataProgram.JsonAsync(Data, 0, "token", "create", "--register", "--subject", "arm-07")).GetProperty("token").GetString()!;
        var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var heartbeat = new { sent_at_ns = now, spooled = 3, spooled_bytes = 4_000_000, oldest_spooled_at_ns = now - 7_200_000_000_000, version = "1.2" };

        (await SendAsync("arm-07", heartbeat)).ShouldBe(HttpStatusCode.OK);
        (await SendAsync("arm-08", heartbeat)).ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync("arm-07", new { sent_at_ns = now + 1, spooled = -1 })).ShouldBe(HttpStatusCode.BadRequest);

        var robot = (await StrataProgram.JsonAsync(Data, 0, "fleet")).EnumerateArray().ShouldHaveSingleItem();
        (robot.GetProperty("robot").GetString(), robot.GetProperty("spooled").GetInt64(), robot.GetProperty("recordings").GetInt64()).ShouldBe(("arm-07", 3, 0));
        (await StrataProgram.RunAsync(Data, "fleet")).Out.ShouldContain("3, 4.0 MB, oldest 2 h");

        async Task<HttpStatusCode> SendAsync(string name, object body)
        {
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.PostAsJsonAsync(new Uri(server.Url, string.Create(CultureInfo.InvariantCulture, $"/api/v1/fleet/{name}/heartbeat")), body, Token);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task An_empty_fleet_says_what_to_do_and_a_time_that_is_none_is_refused()
    {
        await StrataProgram.RunAsync(Data, "dataset", "create", "arms");

        (await StrataProgram.RunAsync(Data, "fleet")).Error.ShouldContain("no robot has published anything yet; next: strata fleet simulate --robots 5");
        var refused = await StrataProgram.RunAsync(Data, "fleet", "--silent-after", "soon");
        (refused.Code, refused.Error).ShouldBe((2, refused.Error));
        refused.Error.ShouldContain("--silent-after: expected a number with s, m, h or d (5m), found 'soon'");
        (await StrataProgram.RunAsync(Data, "fleet", "--watch")).Error.ShouldContain("nothing to watch");
    }
}
