namespace Strata.EndToEnd.Tests;

/// <summary>A recording whose kept bytes are lost before its layers are derived: what a person sees, and the commands that mend it.</summary>
public sealed class FailedEvaluationTests : IDisposable
{
    private const string Dataset = "my arms";

    /// <summary>Of an LZ4 token of joint positions, so that the block cannot be decoded; the footer does not cover it.</summary>
    private const int ByteOfACompressedChunk = 54_094;

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

    [Fact]
    public async Task A_damaged_file_with_a_whole_footer_gives_way_to_the_whole_one_as_every_answer_says()
    {
        var (segment, file) = (Samples.Segments.Single(s => s.StartsWith("NORDA_4fa83d60", StringComparison.Ordinal)), Path.Combine(_folder, "episode.rrd"));
        var whole = Path.Combine(Samples.Folder, $"{segment}.rrd");
        var bytes = await File.ReadAllBytesAsync(whole, TestContext.Current.CancellationToken);
        bytes[ByteOfACompressedChunk] ^= 0xff;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var replace = $"`strata register FILE --dataset '{Dataset}' --layer base --on-duplicate replace`";

        var damaged = await StrataProgram.RunAsync(Data, "register", file, "--dataset", Dataset, "--wait");
        var told = damaged.Error.Split('\n').Where(l => l.StartsWith("failed: tracking_error", StringComparison.Ordinal)).ShouldHaveSingleItem();
        told.ShouldEndWith("a whole file takes its place with `strata register FILE --dataset DATASET --layer base --on-duplicate replace`");
        told.ShouldNotContain("copy the file again");
        (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, segment, "tracking_error"))[0].GetProperty("sentence").GetString()!.ShouldContain(replace);

        var known = (await StrataProgram.JsonAsync(Data, 0, "register", whole, "--dataset", Dataset))[0];
        known.GetProperty("status").GetString().ShouldBe("known");
        known.GetProperty("reason").GetString()!.ShouldBe($"rule 'tracking_error' could not read the bytes that stand as layer 'base' (recording_broken); if this file is whole, {replace} puts it in their place");

        await StrataProgram.JsonAsync(Data, 0, "register", whole, "--dataset", Dataset, "--on-duplicate", "replace");
        StrataProgram.Layers((await StrataProgram.JsonAsync(Data, 0, "segments", Dataset))[0]).ShouldBe("base, tracking_error, quality");
        (await StrataProgram.JsonAsync(Data, 0, "register", whole, "--dataset", Dataset))[0].GetProperty("reason").GetString().ShouldBeNull();
    }

    private async Task RegisterWithoutWorkersAsync(string file)
    {
        await using var server = await StrataServerProcess.StartAsync(Data, "--roles", "registrar,projections,web");
        await StrataProgram.JsonAsync(Data, 0, "register", file, "--dataset", Dataset);
        (await server.TerminateAsync()).ShouldBe(0);
    }
}
