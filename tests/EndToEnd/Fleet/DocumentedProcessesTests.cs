using System.Text.RegularExpressions;
using Strata.Cli;
using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The commands that docs/processes.md has somebody run in a container are ones that the program takes.</summary>
public sealed partial class DocumentedProcessesTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-documented-processes-").FullName;

    private static IReadOnlyList<string[]> Commands =>
        [.. FencedBlocks.Of("docs/processes.md", "").SelectMany(block => InContainer().Matches(block)).Select(m => m.Groups["words"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void Each_is_a_command_with_options_that_there_are()
    {
        var root = new StrataCommandLine(new Terminal(TextWriter.Null, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false, width: 100));

        Commands.Count.ShouldBeGreaterThan(1);
        Commands.SelectMany(words => root.Parse(words).Errors).Select(e => e.Message).ShouldBeEmpty();
    }

    [Fact]
    public async Task That_of_the_token_makes_one()
    {
        var made = await StrataProgram.RunAsync(_data, Commands.Single(words => words[0] == "token"));

        made.Code.ShouldBe(0, made.Error);
        made.Error.ShouldContain("register");
        made.Out.Trim().Split('.').Length.ShouldBe(3);
    }

    [GeneratedRegex("^docker compose exec \\w+ strata (?<words>[^#\n]+)", RegexOptions.Multiline)]
    private static partial Regex InContainer();
}
