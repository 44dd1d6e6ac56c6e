using Strata.EndToEnd.Tests.Docs;

namespace Strata.EndToEnd.Tests;

/// <summary>The lines of docs/backfill.md run as they stand there, but for the id of a back-fill, which is another one each time.</summary>
public sealed class DocumentedBackfillTests : IDisposable
{
    private const string Page = "docs/backfill.md";
    private const string Dataset = "my_robot";
    private const string IdOfThePage = "4f2a9c07d1e3";

    /// <summary>At one a second it is under way for as many seconds, however busy the machine is that steers it.</summary>
    private const int MoreSegments = 120;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-backfill-page-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_back_fill_is_counted_begun_looked_at_paused_resumed_and_cancelled()
    {
        await StrataProgram.JsonAsync(Data, 0, ["register", .. Samples.Files, "--dataset", Dataset]);
        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "tracking_error", "--set", "perJoint=true");
        var shell = new DocumentShell(_folder, Data);

        var begun = await shell.RunAsync(Block("Begin"));
        begun.Code.ShouldBe(0, begun.Errors);
        begun.Output.ShouldContain("5 segments need rule 'tracking_error' revision 2");
        begun.Output.ShouldContain("5 derived");
        begun.Output.ShouldContain("nothing to do");

        await StrataProgram.JsonAsync(Data, 0, ["register", .. SmallRecordings.WriteMany(_folder, MoreSegments), "--dataset", Dataset]);
        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "tracking_error", "--set", "perJoint=false");
        await using var server = await StrataServerProcess.StartAsync(Data);
        var id = (await StrataProgram.JsonAsync(Data, 0, "backfill", Dataset, "tracking_error", "--rate", "1/s")).GetProperty("backfill").GetProperty("id").GetString()!;
        var steered = await shell.RunAsync(Block("How it goes").Replace(IdOfThePage, id, StringComparison.Ordinal));

        steered.Code.ShouldBe(0, steered.Errors);
        steered.Output.ShouldContain("is paused");
        steered.Output.ShouldContain("goes on");
        steered.Output.ShouldContain("was cancelled (a person asked)");
    }

    private static string Block(string heading) => FencedBlocks.Of(Page, "sh", heading).ShouldHaveSingleItem();
}
