using Strata.Cli;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>A copy of a purged recording that could not be registered lies in quarantine: it is not erased with it, and not kept silent. Source: DESIGN rule 10.</summary>
public sealed class PurgeQuarantineTests : IDisposable
{
    /// <summary>Into the footer: all chunks are whole.</summary>
    private const int CutBytes = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-purge-quarantine-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_purge_names_the_copies_of_the_same_recording_that_lie_in_quarantine_until_they_are_discarded()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker, Data);
        await strata.RegisterAsync("arms", [SmallRecordings.Write(_folder, "gone", 0.1)], wait: true, rules: RuleSets.None);
        await strata.RegisterAsync("legs", [SmallRecordings.Write(_folder, "gone", 0.5)], wait: true, rules: RuleSets.None);
        var cut = await QuarantineAsync(strata, "arms", "gone");
        await QuarantineAsync(strata, "arms", "another");
        await QuarantineAsync(strata, "legs", "gone");

        var purged = await PurgeAsync(strata);

        purged.Files.ShouldBe(1);
        var left = purged.Quarantined.ShouldHaveSingleItem();
        (left.Id, left.Dataset, left.Reason, left.State).ShouldBe((cut, "arms", "truncated", "quarantined"));
        File.Exists(Path.Combine(Data, left.KeptAs!)).ShouldBeTrue("nobody but a person gives it up");
        (await PurgeAsync(strata)).Quarantined.ShouldHaveSingleItem("who asks again is told again");
        await strata.Operations.RunAsync(DiscardQuarantinedOperation.Route, new DiscardQuarantinedRequest(cut), NoProgress.Instance, Token);

        var again = await PurgeAsync(strata);

        (again.Files, again.Quarantined.Count).ShouldBe((1, 0));
        File.Exists(Path.Combine(Data, left.KeptAs!)).ShouldBeFalse("it was given up, and is not kept for a retention");
        again.Position.ShouldBeGreaterThan(purged.Position);
        (await PurgeAsync(strata)).Position.ShouldBe(again.Position, "nothing of it is left");
        Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*.rrd", SearchOption.AllDirectories).Count().ShouldBe(3, "of other recordings, and of another dataset");
    }

    [Fact]
    public async Task A_copy_that_cannot_be_read_at_all_is_told_by_where_it_came_from()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker, Data);
        var file = SmallRecordings.Write(_folder, "gone", 0.1);
        await strata.RegisterAsync("arms", [file], wait: true, rules: RuleSets.None);
        var id = await QuarantineAsync(strata, "arms", "gone", file);
        var kept = (await PurgeAsync(strata)).Quarantined.ShouldHaveSingleItem().KeptAs!;
        File.WriteAllText(Path.Combine(Data, kept), "no recording any more");

        (await PurgeAsync(strata)).Quarantined.ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    [Fact]
    public async Task The_command_says_how_to_give_up_each_of_them()
    {
        string id;
        await using (var strata = await StrataInProcess.StartAsync(Roles.Worker, Data))
        {
            await strata.RegisterAsync("arms", [SmallRecordings.Write(_folder, "gone", 0.1)], wait: true, rules: RuleSets.None);
            id = await QuarantineAsync(strata, "arms", "gone");
        }

        var purged = await StrataProgram.RunAsync(Data, "purge", "arms", "gone", "--reason", "asked for it");

        purged.Error.ShouldContain("left in quarantine, since only a person gives it up: a copy of the same recording from ");
        purged.Error.ShouldContain($"quarantine discard {id[..12]}");
        purged.Code.ShouldBe(0);
        (await StrataProgram.JsonAsync(Data, 0, "purge", "arms", "gone", "--reason", "asked for it")).GetProperty("quarantined")[0].GetProperty("id").GetString().ShouldBe(id);
    }

    private static Task<PurgeResponse> PurgeAsync(StrataInProcess strata) =>
        strata.Operations.RunAsync(PurgeOperation.Route, new PurgeRequest("arms", "gone", "asked for it"), NoProgress.Instance, Token);

    /// <param name="over">The file that is cut; null: one of its own.</param>
    /// <returns>Its id in quarantine.</returns>
    private async Task<string> QuarantineAsync(StrataInProcess strata, string dataset, string segment, string? over = null)
    {
        var path = over ?? Path.Combine(_folder, $"{dataset}-{segment}-cut.rrd");
        var whole = await File.ReadAllBytesAsync(SmallRecordings.Write(Path.Combine(_folder, "whole"), segment, dataset == "arms" ? 0.3 : 0.7), Token);
        await File.WriteAllBytesAsync(path, whole[..^CutBytes], Token);
        var answer = (await strata.RegisterAsync(dataset, [path], wait: true, rules: RuleSets.None)).Recordings.ShouldHaveSingleItem();
        answer.Status.ShouldBe("quarantined");
        return answer.QuarantineId!;
    }
}
