namespace Strata.EndToEnd.Tests;

/// <summary>A recording whose kept bytes are lost before its layers are derived: what a person sees, and the commands that mend it.</summary>
public sealed class FailedEvaluationTests : IDisposable
{
    private const string Dataset = "my arms";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-failed-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_failed_evaluation_names_the_command_that_mends_it_and_the_command_does()
    {
        var (file, segment) = (Samples.Files[0], Samples.Segments[0]);
        await RegisterWithoutWorkersAsync(file);
        File.Delete(Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*.rrd", SearchOption.AllDirectories).Single());

        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[1], "--dataset", Dataset);
        var failed = (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, segment, "tracking_error"))[0];
        (failed.GetProperty("outcome").GetString(), failed.GetProperty("reason").GetString()).ShouldBe(("failed", "recording_missing"));
        failed.GetProperty("sentence").GetString()!.ShouldContain($"`strata register PATH --dataset '{Dataset}' --layer base`");
        failed.GetProperty("sentence").GetString()!.ShouldContain($"`strata rule resume '{Dataset}' tracking_error {segment}`");

        var resumed = await StrataProgram.JsonAsync(Data, 0, "rule", "resume", Dataset, "tracking_error", segment);
        resumed.GetProperty("resumed").GetBoolean().ShouldBeTrue();
        var again = (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, segment, "tracking_error"))[0];
        again.GetProperty("outcome").GetString().ShouldBe("failed");
        again.GetProperty("position").GetInt64().ShouldBeGreaterThan(failed.GetProperty("position").GetInt64());

        var known = (await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", Dataset))[0];
        (known.GetProperty("status").GetString(), known.GetProperty("reason").GetString()).ShouldBe(
            ("known", "the bytes kept of it were missing or damaged; they were put back from this file"));
        var row = (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset, "--segment", segment))[0];
        StrataProgram.Layers(row).ShouldBe("base, tracking_error, quality");
        (await StrataProgram.JsonAsync(Data, 0, "verify", Dataset)).GetProperty("different").GetArrayLength().ShouldBe(0);
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    private async Task RegisterWithoutWorkersAsync(string file)
    {
        await using var server = await StrataServerProcess.StartAsync(Data, "--roles", "registrar,projections,web");
        await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", Dataset);
        (await server.TerminateAsync()).ShouldBe(0);
    }
}
