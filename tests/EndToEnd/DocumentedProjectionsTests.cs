using System.Net;
using System.Text.Json;
using Strata.EndToEnd.Tests.Docs;
using Strata.Projections;

namespace Strata.EndToEnd.Tests;

/// <summary>The lines of docs/projections.md run as they stand there, and its words are those of the program.</summary>
public sealed class DocumentedProjectionsTests : IDisposable
{
    private const string Page = "docs/projections.md";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-projections-page-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tables_are_looked_at_proved_made_anew_and_the_old_ones_dropped()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arms", "--wait");
        var shell = new DocumentShell(_folder, Data);

        var looked = await shell.RunAsync(Block("Look"));
        var rebuilt = await shell.RunAsync(Block("Rebuild, and proof"));

        looked.Code.ShouldBe(0, looked.Errors);
        looked.Output.ShouldContain("generation");
        rebuilt.Code.ShouldBe(0, rebuilt.Errors);
        rebuilt.Output.ShouldContain("every row of every table is as the log says");
        rebuilt.Output.ShouldContain("the new tables equal the old ones and are in use");
        rebuilt.Output.ShouldContain("removed generation 1");
        (await StrataProgram.JsonAsync(Data, 0, "projections"))[0].GetProperty("generations").EnumerateArray().Select(g => g.GetProperty("use").GetString()).ShouldBe(["live"]);
    }

    [Fact]
    public async Task Tables_that_an_event_stopped_say_so_and_go_on_when_they_are_resumed()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", "arms", "--wait");
        await ForeignEvent.AppendAsync(Data);
        var shell = new DocumentShell(_folder, Data);
        await using var server = await StrataServerProcess.StartAsync(Data);
        using var http = new HttpClient { BaseAddress = server.Url };
        (await http.GetAsync("/health", Token)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        var looked = await shell.RunAsync(Block("Look"));
        var refused = await shell.RunAsync(Block("When an event stops them"));
        await ForeignEvent.RemoveAsync(Data);
        var resumed = await shell.RunAsync(Block("When an event stops them"));

        looked.Output.ShouldContain("parked");
        looked.Output.ShouldContain(ForeignEvent.Type);
        refused.Code.ShouldBe(1);
        refused.Errors.ShouldContain(ForeignEvent.Type);
        resumed.Code.ShouldBe(0, resumed.Errors);

        // Answered when the tables have passed it: by then they are followed again.
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[1], "--dataset", "after_the_event", "--rules", "none");
        (await shell.RunAsync(Block("Look"))).Output.ShouldContain("current");
    }

    [Fact]
    public void Every_state_of_the_tables_is_explained()
    {
        var page = File.ReadAllText(Path.Combine(Samples.Repository, Page));
        var states = Enum.GetNames<ProjectionState>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).ToList();

        states.Where(state => !page.Contains($"| `{state}` |", StringComparison.Ordinal)).ShouldBeEmpty();
        page[page.IndexOf("## Look", StringComparison.Ordinal)..].Split('\n').Count(line => line.StartsWith("| `", StringComparison.Ordinal)).ShouldBe(states.Count);
    }

    private static string Block(string heading) => FencedBlocks.Of(Page, "sh", heading).ShouldHaveSingleItem();
}
