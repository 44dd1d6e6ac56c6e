using System.Diagnostics;

namespace Strata.EndToEnd.Tests;

/// <summary>`strata rrd` as a shell meets it: pipes, exit codes, files that are whole or absent.</summary>
public sealed class RrdEditingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-rrd-cli-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Into_a_pipe_go_the_bytes_of_the_recording_and_nothing_else()
    {
        var input = SmallRecordings.Write(_folder, "run", 0.1, 0.2);
        var file = Path.Combine(_folder, "merged.rrd");
        (await StrataProgram.RunAsync(Data, "rrd", "merge", input, "-o", file)).Code.ShouldBe(0);

        var (bytes, error, code) = await PipeAsync(File.ReadAllBytes(input), "rrd", "merge", "-");

        code.ShouldBe(0, error);
        bytes.ShouldBe(File.ReadAllBytes(file));
        error.ShouldContain("2 chunks of 2 chunks");
        (await PipeAsync(bytes, "rrd", "stats")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_failed_command_leaves_no_file_and_what_was_there_before_stays()
    {
        var whole = SmallRecordings.Write(_folder, "run", 0.1, 0.2);
        var cut = Path.Combine(_folder, "cut.rrd");
        await File.WriteAllBytesAsync(cut, File.ReadAllBytes(whole)[..2000], TestContext.Current.CancellationToken);
        var output = Path.Combine(_folder, "out.rrd");
        await File.WriteAllTextAsync(output, "before", TestContext.Current.CancellationToken);

        foreach (var command in new[] { "merge", "filter", "optimize", "route" })
        {
            var failed = await StrataProgram.RunAsync(Data, "rrd", command, whole, cut, "-o", output);

            failed.Code.ShouldBe(1);
            failed.Out.ShouldBeEmpty();
            failed.Error.ShouldContain("cut.rrd: at byte");
            failed.Error.ShouldContain("--continue-on-error");
            File.ReadAllText(output).ShouldBe("before");
        }

        Directory.GetFiles(_folder).Length.ShouldBe(3);
        (await StrataProgram.RunAsync(Data, "rrd", "merge", whole, cut, "--continue-on-error", "-o", output)).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(Data, "rrd", "doctor", output)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task An_input_is_never_the_output()
    {
        var input = SmallRecordings.Write(_folder, "run", 0.1, 0.2);
        var link = Path.Combine(_folder, "link.rrd");
        File.CreateSymbolicLink(link, input);
        var before = File.ReadAllBytes(input);

        foreach (var output in new[] { input, link })
        {
            var refused = await StrataProgram.RunAsync(Data, "rrd", "merge", input, "-o", output);

            refused.Code.ShouldBe(2);
            refused.Error.ShouldContain("is also an input");
        }

        File.ReadAllBytes(input).ShouldBe(before);
    }

    [Fact]
    public async Task Json_tells_what_was_done_and_wants_the_recording_in_a_file()
    {
        var input = SmallRecordings.Write(_folder, "run", 0.1, 0.2);
        var output = Path.Combine(_folder, "out.rrd");

        var told = (await StrataProgram.JsonAsync(Data, 0, "rrd", "merge", input, input, "-o", output))[0];

        told.GetProperty("output").GetString().ShouldBe(output);
        told.GetProperty("chunks_written").GetInt64().ShouldBe(2);
        told.GetProperty("bytes_written").GetInt64().ShouldBe(new FileInfo(output).Length);
        (await StrataProgram.RunAsync(Data, "rrd", "merge", input, "--json")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Compare_tells_by_its_exit_code_and_shows_what_differs()
    {
        var (one, other) = (SmallRecordings.Write(_folder, "run", 0.1, 0.2), SmallRecordings.Write(_folder, "run", 0.1, 0.3));

        (await StrataProgram.RunAsync(Data, "rrd", "compare", one, one)).ShouldBe(new ProgramResult(0, "", ""));
        var different = await StrataProgram.RunAsync(Data, "rrd", "compare", "--unordered", one, other);
        different.Code.ShouldBe(1);
        different.Out.ShouldContain("/action/joint_positions: Scalars:scalars in row 1");
        (await StrataProgram.JsonAsync(Data, 1, "rrd", "compare", one, other))[0].GetProperty("entity_path").GetString().ShouldBe("/action/joint_positions");
        (await StrataProgram.RunAsync(Data, "rrd", "compare", one, Path.Combine(_folder, "gone.rrd"))).Code.ShouldBe(1);
    }

    [Fact]
    public async Task A_folder_is_optimized_file_by_file_into_the_same_folders()
    {
        SmallRecordings.Write(Path.Combine(_folder, "in", "a"), "one", 0.1);
        SmallRecordings.Write(Path.Combine(_folder, "in", "b"), "two", 0.2);
        var (input, output) = (Path.Combine(_folder, "in"), Path.Combine(_folder, "out"));

        (await StrataProgram.RunAsync(Data, "rrd", "optimize", input, "-o", output)).Code.ShouldBe(0);

        Directory.GetFiles(output, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(output, file))
            .ShouldBe(Directory.GetFiles(input, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(input, file)), ignoreOrder: true);
        (await StrataProgram.RunAsync(Data, "rrd", "optimize", input)).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Recover_saves_what_is_whole_and_tells_what_is_lost()
    {
        var input = SmallRecordings.Write(_folder, "run", 0.1, 0.2);
        var cut = Path.Combine(_folder, "cut.rrd");
        await File.WriteAllBytesAsync(cut, File.ReadAllBytes(input)[..2000], TestContext.Current.CancellationToken);
        var output = Path.Combine(_folder, "saved.rrd");

        var told = await StrataProgram.JsonAsync(Data, 0, "rrd", "recover", cut, "-o", output);

        told.GetProperty("lost_bytes").GetInt64().ShouldBeGreaterThan(0);
        told.GetProperty("lost")[0].GetProperty("reason").GetString()!.ShouldContain("ArrowMsg");
        told.GetProperty("written").GetProperty("chunks_written").GetInt64().ShouldBe(1);
        (await StrataProgram.RunAsync(Data, "rrd", "doctor", output)).Code.ShouldBe(0);
        var sick = await StrataProgram.JsonAsync(Data, 1, "rrd", "doctor", cut);
        sick[0].GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("rule").GetString()).ShouldContain("truncated");
    }

    [Fact]
    public async Task Split_wants_either_times_or_parts_and_a_timeline_that_is_there()
    {
        var input = SmallRecordings.Write(_folder, "run", 0.1, 0.2, 0.3);
        var parts = Path.Combine(_folder, "parts");

        (await StrataProgram.RunAsync(Data, "rrd", "split", input, "--timeline", "real_time", "-o", parts)).Code.ShouldBe(2);
        (await StrataProgram.RunAsync(Data, "rrd", "split", input, "--timeline", "real_time", "-t", "1", "-n", "2", "-o", parts)).Code.ShouldBe(2);
        var unknown = await StrataProgram.RunAsync(Data, "rrd", "split", input, "--timeline", "frame", "-n", "2", "-o", parts);
        unknown.Code.ShouldBe(2);
        unknown.Error.ShouldContain("real_time");
        Directory.Exists(parts).ShouldBeFalse();
        (await StrataProgram.JsonAsync(Data, 0, "rrd", "split", input, "--timeline", "real_time", "-n", "2", "-o", parts)).GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("2Q")]
    [InlineData("2")]
    [InlineData("-1MiB")]
    public async Task A_size_without_a_unit_or_sense_is_a_wrong_command_line(string size)
    {
        var refused = await StrataProgram.RunAsync(Data, "rrd", "optimize", SmallRecordings.Write(_folder, "run", 0.1), "--max-size=" + size, "-o", Path.Combine(_folder, "out.rrd"));

        refused.Code.ShouldBe(2);
        refused.Error.ShouldContain("2MiB");
    }

    private async Task<(byte[] Out, string Error, int Code)> PipeAsync(byte[] input, params string[] arguments)
    {
        var start = StrataProgram.StartInfo(Data, arguments);
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(input, TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (output.ToArray(), await error, process.ExitCode);
    }
}
