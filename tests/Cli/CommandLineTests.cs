using System.CommandLine;
using System.Text.Json;

namespace Strata.Cli.Tests;

public sealed class CommandLineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Commands
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var command in Leaves(new StrataCommandLine(TestTerminal.Create().Terminal), ""))
            {
                data.Add(command);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_shows_an_example_of_itself_in_its_help(string command)
    {
        var result = await RunAsync([.. command.Split(' '), "--help"]);

        result.Code.ShouldBe(0);
        result.Out.ShouldContain("Example:");
        result.Out.ShouldContain($"  strata {command}");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_example_parses(string command)
    {
        var root = new StrataCommandLine(TestTerminal.Create().Terminal);
        var leaf = (StrataCommand)root.Parse(command + " --help").CommandResult.Command;

        root.Parse(leaf.Example.Split(" >>")[0]).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("register")]
    [InlineData("register a.rrd")]
    [InlineData("register a.rrd --dataset d --on-duplicate perhaps")]
    [InlineData("segments")]
    [InlineData("segments d --no-such-option")]
    [InlineData("quarantine")]
    [InlineData("completion fish")]
    [InlineData("serve --listen nowhere")]
    [InlineData("serve --roles registrar,cook")]
    [InlineData("unregister d")]
    public async Task A_wrong_command_line_is_exit_code_2_with_words_on_stderr(string line)
    {
        var result = await RunAsync([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--data", "/nonexistent/strata"]);

        result.Code.ShouldBe(2);
        result.Error.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        var result = await RunAsync(["--version"]);

        result.Code.ShouldBe(0);
        result.Out.Trim().ShouldStartWith("0.1.0");
    }

    [Fact]
    public async Task Reading_a_data_directory_that_is_not_there_says_so_and_makes_none()
    {
        var data = Path.Combine(Path.GetTempPath(), $"strata-none-{Guid.NewGuid():N}");

        var result = await RunAsync(["segments", "d", "--data", data]);

        result.Code.ShouldBe(1);
        result.Error.ShouldContain($"there is no data in {data}");
        result.Error.ShouldContain("Next:");
        Directory.Exists(data).ShouldBeFalse();
    }

    [Fact]
    public async Task The_suggest_directive_completes_commands()
    {
        var result = await RunAsync(["[suggest:3]", "reg"]);

        result.Out.Split('\n').ShouldContain("register");
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _strata")]
    [InlineData("zsh", "compdef _strata strata")]
    public async Task Completion_prints_a_script_for_the_shell(string shell, string expected)
    {
        var result = await RunAsync(["completion", shell]);

        result.Code.ShouldBe(0);
        result.Out.ShouldContain(expected);
    }

    [Fact]
    public async Task Looking_into_a_file_that_is_no_recording_is_exit_code_1_and_names_the_file()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("strata-rrd-").FullName, "x.rrd");
        await File.WriteAllTextAsync(file, "hello", Token);

        var result = await RunAsync(["rrd", "verify", file, "--json"]);

        result.Code.ShouldBe(1);
        var report = JsonDocument.Parse(result.Out).RootElement[0];
        report.GetProperty("path").GetString().ShouldBe(file);
        report.GetProperty("findings").GetArrayLength().ShouldBe(1);
    }

    private static IEnumerable<string> Leaves(Command command, string prefix) => command.Subcommands.SelectMany(sub =>
        sub.Subcommands.Count > 0 ? Leaves(sub, $"{prefix}{sub.Name} ") : [prefix + sub.Name]);

    private static async Task<(int Code, string Out, string Error)> RunAsync(string[] arguments)
    {
        var (terminal, output, error) = TestTerminal.Create();
        var code = await new StrataCommandLine(terminal).RunAsync(arguments, terminal, Token);
        return (code, output.ToString(), error.ToString());
    }
}
