using System.Diagnostics;
using System.Text.Json;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What the real Rerun makes of our layers.</summary>
public class RealSdkTests
{
    private const string Variable = "STRATA_RERUN_PYTHON";

    /// <summary>Registers base, tracking_error and quality files with Rerun's own server; prints the segment table and the errors that its reader gives.</summary>
    private const string ReadBack = """
        import json, sys
        import pyarrow as pa, rerun as rr
        folder = sys.argv[1]
        segments = sys.argv[2:]
        with rr.server.Server(datasets={"d": [f"{folder}/{s}.rrd" for s in segments]}, host="127.0.0.1") as server:
            dataset = server.client().get_dataset(name="d")
            for layer in ("tracking_error", "quality"):
                dataset.register([f"file://{folder}/{s}_{layer}.rrd" for s in segments], layer_name=layer).wait()
            table = pa.table(dataset.segment_table().df).to_pylist()
            rows = pa.table(dataset.filter_contents(["/derived/tracking_error"]).reader(index="real_time"))
            out = {r["rerun_segment_id"]: {
                "layers": r["rerun_layer_names"],
                "good": r["property:quality:tracking_good"],
                "mean": r["property:tracking_error:mean"],
                "unit": r["property:tracking_error:unit"],
                "start_time": str(r.get("property:RecordingInfo:start_time")),
                "times": [], "errors": []} for r in table}
            for segment, time, error in zip(rows["rerun_segment_id"].to_pylist(), rows["real_time"].cast(pa.int64()).to_pylist(),
                                            rows["/derived/tracking_error:Scalars:scalars"].to_pylist()):
                if error is not None:
                    out[segment]["times"].append(time)
                    out[segment]["errors"].append(error[0])
            print(json.dumps(out))
        """;

    [Fact]
    public async Task Rerun_verifies_every_derived_layer()
    {
        var folder = await WriteAsync();
        try
        {
            var python = Python();
            var files = Directory.GetFiles(folder, "*_tracking_error.rrd").Concat(Directory.GetFiles(folder, "*_quality.rrd")).ToArray();
            files.Length.ShouldBe(2 * TestRecordings.SampleSegments.Length);
            var (code, output) = await RunAsync(Path.Combine(Path.GetDirectoryName(python)!, "rerun"), ["rrd", "verify", .. files]);
            code.ShouldBe(0, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Reruns_server_shows_the_same_layers_verdicts_and_errors()
    {
        var folder = await WriteAsync();
        try
        {
            var (code, output) = await RunAsync(Python(), ["-W", "ignore", "-c", ReadBack, folder, .. TestRecordings.SampleSegments]);
            code.ShouldBe(0, output);
            using var shown = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]);
            var golden = TestRecordings.Json(TestRecordings.InRepository("samples", "sample_5", "golden", "tracking.json")).GetProperty("segments");
            foreach (var segment in TestRecordings.SampleSegments)
            {
                var ours = shown.RootElement.GetProperty(segment);
                var expected = golden.GetProperty(segment);
                ours.GetProperty("layers").EnumerateArray().Select(l => l.GetString()).ShouldBe(["base", "tracking_error", "quality"]);
                ours.GetProperty("good")[0].GetBoolean().ShouldBe(expected.GetProperty("tracking_good").GetBoolean());
                ours.GetProperty("unit")[0].GetString().ShouldBe("rad");
                ours.GetProperty("mean")[0].GetDouble().ShouldBe(expected.GetProperty("mean_numpy").GetDouble(), 1e-12);
                ours.GetProperty("times").EnumerateArray().Select(t => t.GetInt64()).ShouldBe(expected.GetProperty("timestamps_ns").EnumerateArray().Select(t => t.GetInt64()));
                foreach (var (error, wanted) in ours.GetProperty("errors").EnumerateArray().Zip(expected.GetProperty("tracking_error").EnumerateArray()))
                {
                    error.GetDouble().ShouldBe(wanted.GetDouble(), 1e-12);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The five samples and their derived layers in a scratch folder.</summary>
    private static async Task<string> WriteAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        Python();
        var folder = Directory.CreateTempSubdirectory("strata-derived-").FullName;
        foreach (var segment in TestRecordings.SampleSegments)
        {
            File.Copy(TestRecordings.Sample(segment), Path.Combine(folder, segment + ".rrd"));
            var tracking = (await Deriving.TrackingErrorAsync(TestRecordings.Sample(segment))).ShouldBeOfType<Derivation.Derived>();
            var quality = (await Deriving.QualityAsync(tracking.Rrd)).ShouldBeOfType<Derivation.Derived>();
            await File.WriteAllBytesAsync(Path.Combine(folder, segment + "_tracking_error.rrd"), tracking.Rrd, cancel);
            await File.WriteAllBytesAsync(Path.Combine(folder, segment + "_quality.rrd"), quality.Rrd, cancel);
        }

        return folder;
    }

    private static string Python()
    {
        var python = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(python) || !File.Exists(python))
        {
            Assert.Skip($"the real Rerun SDK is absent; pip install \"rerun-sdk[catalog]==0.41.0\" and set {Variable} to that python, with rerun beside it");
        }

        return python!;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (child.ExitCode, child.ExitCode == 0 ? output : output + await errors);
    }
}
