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
        result.Error.ShouldBeEmpty();
        result.Out.ShouldContain("Description:");
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
    [InlineData("", "a command is missing: serve, register, ", "strata --help")]
    [InlineData("regster a.rrd", "there is no command 'regster'; did you mean 'register'?", "strata --help")]
    [InlineData("--no-such", "there is no option '--no-such'.", "strata --help")]
    [InlineData("queries --help", "there is no command 'queries'.", "strata --help")]
    [InlineData("quarantine lst --help", "there is no command 'lst'; did you mean 'list'?", "strata quarantine --help")]
    [InlineData("register", "register: missing PATH|URL and --dataset NAME.", "strata register --help")]
    [InlineData("register a.rrd", "register: missing --dataset NAME.", "strata register --help")]
    [InlineData("register a.rrd --dataset --wait", "--dataset: expected NAME, found the option '--wait'.", "strata register --help")]
    [InlineData("register a.rrd --dataset d --wiat", "there is no option '--wiat'; did you mean '--wait'?", "strata register --help")]
    [InlineData("register a.rrd --dataset d --on-duplicate perhaps", "--on-duplicate: expected known|error|skip|replace, found 'perhaps'.", "strata register --help")]
    [InlineData("segments", "segments: missing DATASET.", "strata segments --help")]
    [InlineData("segments d e", "segments: one argument too many: 'e'.", "strata segments --help")]
    [InlineData("segments d --no-such-option", "segments: there is no option '--no-such-option'.", "strata segments --help")]
    [InlineData("segments d --sort", "--sort: expected COLUMN, found the option '--data'.", "strata segments --help")]
    [InlineData("segments d --as-of yesteryear", "--as-of: expected a log position, a date or a time such as 2026-11-22T10:00:00Z, found 'yesteryear'.", "strata segments --help")]
    [InlineData("manifest d --as-of -1", "found '-1'.", "strata manifest --help")]
    [InlineData("quarantine", "quarantine: a command is missing: list, show, release, discard.", "strata quarantine --help")]
    [InlineData("quarantine lst", "there is no command 'lst'; did you mean 'list'?", "strata quarantine --help")]
    [InlineData("completion fish", "expected bash|zsh, found 'fish'.", "strata completion --help")]
    [InlineData("completion bash --json", "completion: it prints no data", "strata completion --help")]
    [InlineData("serve --listen nowhere", "--listen: expected ADDRESS:PORT, found 'nowhere'.", "--listen 127.0.0.1:51234")]
    [InlineData("serve --roles registrar,cook", "found 'cook'.", "strata serve --help")]
    [InlineData("rule resume d quality", "rule resume: missing SEGMENT.", "strata rule resume --help")]
    [InlineData("rule declare d tracking_error --set weights=[1,NaN]", "--set: expected a list or an object as JSON, found 'weights=[1,NaN]'", "--set 'weights=[1,0.5]'")]
    [InlineData("rule declare d quality --set threshold", "--set: expected NAME=VALUE", "--set joints=0..6")]
    [InlineData("unregister d", "name what is to go.", "--all")]
    [InlineData("rrd verify --jsno a.rrd", "there is no option '--jsno'; did you mean '--json'?", "strata rrd verify --help")]
    public async Task A_wrong_command_line_is_one_line_on_stderr_with_the_next_step_and_exit_code_2(string line, string words, string next)
    {
        var result = await RunAsync([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--data", "/nonexistent/strata"]);

        result.Code.ShouldBe(2);
        result.Out.ShouldBeEmpty();
        result.Error.TrimEnd('\n').ShouldNotContain('\n');
        result.Error.ShouldStartWith("strata: ");
        result.Error.ShouldContain(words);
        result.Error[result.Error.IndexOf("Next: ", StringComparison.Ordinal)..].ShouldContain(next);
    }

    [Theory]
    [InlineData("segments")]
    [InlineData("manifest")]
    public async Task A_condition_that_cannot_be_read_is_shown_with_a_caret_under_the_place(string command)
    {
        var result = await RunAsync([command, "d", "--where", "quality:tracking_good =", "--data", "/nonexistent/strata"]);

        result.Code.ShouldBe(2);
        result.Error.Split('\n').ShouldBe([
            "  quality:tracking_good =",
            "                         ^",
            "strata: --where: expected a column, a value, not or (, found the end at character 24. Next: --where 'quality:tracking_good = false'",
            "",
        ]);
    }

    [Fact]
    public async Task An_option_at_the_end_of_the_line_lacks_its_value()
    {
        var result = await RunAsync(["segments", "d", "--sort"]);

        (result.Code, result.Error.TrimEnd()).ShouldBe((2, "strata: --sort: expected COLUMN, found nothing. Next: strata segments --help"));
    }

    [Theory]
    [InlineData("segments d --sort -rerun_size_bytes")]
    [InlineData("why d -- -1")]
    public async Task A_value_that_begins_with_a_dash_is_taken_for_one_behind_an_option_or_a_lone_double_dash(string line)
    {
        var result = await RunAsync(["--data", "/nonexistent/strata", .. line.Split(' ')]);

        result.Code.ShouldBe(1);
        result.Error.ShouldContain("there is no data");
    }

    [Fact]
    public async Task The_help_of_the_program_shows_which_arguments_may_be_left_out()
    {
        var lines = (await RunAsync(["--help"])).Out.Split('\n').Select(l => l.Trim()).ToList();

        lines.ShouldContain(l => l.StartsWith("why <DATASET> <SEGMENT> [LAYER] "));
        lines.ShouldContain(l => l.StartsWith("verify <DATASET> [SEGMENT] [LAYER] "));
        lines.ShouldContain(l => l.StartsWith("open <DATASET> [SEGMENT] "));
    }

    [Fact]
    public async Task The_help_of_the_program_names_every_command_and_shows_examples()
    {
        var result = await RunAsync(["--help"]);

        foreach (var command in new StrataCommandLine(TestTerminal.Create().Terminal).Subcommands)
        {
            result.Out.ShouldContain($"  {command.Name} ");
        }

        result.Out.ShouldContain("Example:");
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
