using System.Text.Json;
using Strata.Cli;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Projections;
using Strata.Servers;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>A person applies a rule to what was there before it: through the command line, a server that dies, and over both adapters of the log.</summary>
public sealed class BackfillTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const int Patience = 300_000;
    private const string Dataset = "arms";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-backfill-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_new_revision_waits_says_how_many_wait_and_is_applied_by_the_command_that_it_names()
    {
        await RegisterAsync(5);
        var declared = await StrataProgram.RunAsync(Data, "rule", "declare", Dataset, "tracking_error", "--set", "perJoint=true");
        declared.Out.ShouldContain($"it does not apply to 5 segments registered before; to apply it: strata backfill {Dataset} tracking_error");

        var counted = await StrataProgram.JsonAsync(Data, 0, "backfill", Dataset, "tracking_error", "--dry-run");
        (counted.GetProperty("segments").GetInt64(), counted.GetProperty("other_revision").GetInt64()).ShouldBe((5L, 5L));
        counted.GetProperty("backfill").ValueKind.ShouldBe(JsonValueKind.Null);
        (await StrataProgram.JsonAsync(Data, 0, "backfill", "list")).GetArrayLength().ShouldBe(0);

        var done = await StrataProgram.RunAsync(Data, "backfill", Dataset, "tracking_error");
        done.Code.ShouldBe(0, done.Error);
        done.Out.ShouldContain("5 segments need rule 'tracking_error' revision 2");
        done.Out.ShouldContain("5 of 5 admitted, 5 derived, 0 skipped, 0 failed, 0 remaining");
        (await StrataProgram.RunAsync(Data, "backfill", Dataset, "tracking_error")).Out.ShouldMatch($"nothing to do: no segment needs rule 'tracking_error' .*derivations {Dataset} --rule tracking_error");

        var id = (await StrataProgram.JsonAsync(Data, 0, "backfill", "list", Dataset))[0].GetProperty("id").GetString()!;
        (await StrataProgram.RunAsync(Data, "why", Dataset, "segment_00003", "tracking_error")).Out.ShouldContain($"back-fill {id} brought it");
        (await StrataProgram.RunAsync(Data, "history", Dataset)).Out.ShouldContain($"back-fill {id} of rule 'tracking_error' was finished");
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_rule_declared_after_its_recordings_derives_them_by_back_fill_where_the_condition_holds()
    {
        await StrataProgram.JsonAsync(Data, 0, ["register", .. SmallRecordings.WriteMany(_folder, 6), "--dataset", Dataset, "--rules", "none"]);
        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "errors", "--deriver", "tracking_error", "--input", "base", "--output", "errors");

        (await StrataProgram.JsonAsync(Data, 0, "backfill", Dataset, "errors", "--where", "rerun_segment_id > segment_00003")).GetProperty("backfill").GetProperty("derived").GetInt64().ShouldBe(2);
        (await LayersAsync()).ShouldBe(["base", "base", "base", "base", "base, errors", "base, errors"]);

        foreach (var (arguments, code, words) in new (string[], int, string)[]
        {
            (["--where", "nonsense"], 1, "expected the name of a column, found 'nonsense'"),
            (["--where", "property:x:y = 1"], 1, "property:x:y"),
            (["--rate", "often"], 2, "--rate: expected a whole number of segments a second, found 'often'"),
            (["--rate", "0/s"], 2, "--rate: expected"),
        })
        {
            var refused = await StrataProgram.RunAsync(Data, ["backfill", Dataset, "errors", .. arguments]);
            refused.Code.ShouldBe(code, refused.Out);
            refused.Error.ShouldContain(words);
        }

        (await StrataProgram.RunAsync(Data, "backfill", Dataset, "nosuch")).Error.ShouldContain("has no rule 'nosuch'; it has: 'errors'");
        (await StrataProgram.RunAsync(Data, "backfill", "show", "nosuch")).Error.ShouldContain("there is no back-fill 'nosuch'");
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_is_killed_in_the_middle_goes_on_with_it_after_its_restart()
    {
        await RegisterAsync(30);
        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "tracking_error", "--set", "perJoint=true");
        string id;
        await using (var first = await StrataServerProcess.StartAsync(Data))
        {
            id = (await StrataProgram.JsonAsync(Data, 0, "backfill", Dataset, "tracking_error", "--rate", "2/s")).GetProperty("backfill").GetProperty("id").GetString()!;
            var refused = await StrataProgram.RunAsync(Data, "backfill", Dataset, "tracking_error");
            (refused.Code, refused.Error.Contains($"has back-fill {id} under way", StringComparison.Ordinal)).ShouldBe((1, true), refused.Error);
            while ((await ShowAsync(id)).GetProperty("admitted").GetInt64() == 0)
            {
            }

            await first.KillAsync();
        }

        await using var second = await StrataServerProcess.StartAsync(Data);
        (await ShowAsync(id)).GetProperty("state").GetString().ShouldBe("running");
        (await StrataProgram.JsonAsync(Data, 0, "backfill", "show", id, "--wait")).GetProperty("state").GetString().ShouldBe("finished");
        (await StrataProgram.JsonAsync(Data, 0, "backfill", Dataset, "tracking_error", "--dry-run")).GetProperty("segments").GetInt64().ShouldBe(0);
        var log = (await StrataProgram.RunAsync(Data, "history", Dataset, "--json")).Out;
        JsonElement.Parse(log).EnumerateArray().Count(e => e.GetProperty("type").GetString() == "backfill_finished").ShouldBe(1);
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task It_is_paused_resumed_and_cancelled_beside_a_server()
    {
        await RegisterAsync(60);
        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "tracking_error", "--set", "perJoint=true");
        await using var serving = await StrataServerProcess.StartAsync(Data);
        var id = (await StrataProgram.JsonAsync(Data, 0, "backfill", Dataset, "tracking_error", "--rate", "1/s")).GetProperty("backfill").GetProperty("id").GetString()!;

        (await StrataProgram.JsonAsync(Data, 0, "backfill", "pause", id)).GetProperty("state").GetString().ShouldBe("paused");
        (await StrataProgram.RunAsync(Data, "backfill", "show", id)).Out.ShouldContain("is paused");
        (await StrataProgram.JsonAsync(Data, 0, "backfill", "resume", id[..6])).GetProperty("state").GetString().ShouldBe("running");
        var cancelled = await StrataProgram.JsonAsync(Data, 0, "backfill", "cancel", id);
        (cancelled.GetProperty("state").GetString(), cancelled.GetProperty("reason").GetString(), cancelled.GetProperty("remaining").GetInt64()).ShouldBe(("cancelled", "a person asked", 0L));
        (await StrataProgram.RunAsync(Data, "backfill", "resume", id)).Error.ShouldContain("is cancelled");
        (await StrataProgram.JsonAsync(Data, 0, "backfill", Dataset, "tracking_error", "--dry-run")).GetProperty("segments").GetInt64().ShouldBeGreaterThan(10);
    }

    [Theory(Timeout = Patience)]
    [InlineData(OverAdapters.Sqlite)]
    [InlineData(OverAdapters.Postgres)]
    public async Task A_newer_deriver_makes_its_layers_anew_by_back_fill_only(string adapter)
    {
        var version = 1;
        await using var over = await OverAdapters.StartAsync(
            adapter, server, Roles.Worker, services => services.Decorate<DeriverRegistry>(_ => new([new DeriverOfVersion(new TrackingErrorDeriver(), () => version), new QualityDeriver()])));
        await over.Strata.RegisterAsync(Dataset, SmallRecordings.WriteMany(_folder, 30), wait: true);
        var before = (await over.Strata.EventsAsync()).Count;
        version = 2;
        (await BackfillAsync(over.Strata, dryRun: true)).ShouldSatisfyAllConditions(a => (a.Segments, a.OtherDeriverVersion).ShouldBe((30L, 30L)));
        (await over.Strata.EventsAsync()).Count.ShouldBe(before, "a new version alone derives nothing");

        var answer = await BackfillAsync(over.Strata, dryRun: false);

        (answer.Backfill!.State, answer.Backfill.Derived, answer.Backfill.Remaining).ShouldBe((BackfillStates.Finished, 30L, 0L));
        (await BackfillAsync(over.Strata, dryRun: true)).Segments.ShouldBe(0);
        (await over.Strata.EventsAsync()).Select(e => e.Event).OfType<DerivationDone>().Count(d => d.Backfill == answer.Backfill.Id).ShouldBe(30);
    }

    private static Task<StartBackfillResponse> BackfillAsync(StrataInProcess strata, bool dryRun) => strata.Operations.RunAsync(
        StartBackfillOperation.Route, new StartBackfillRequest(Dataset, "tracking_error", DryRun: dryRun, Wait: true), NoProgress.Instance, Token);

    private async Task RegisterAsync(int segments) => await StrataProgram.JsonAsync(Data, 0, ["register", .. SmallRecordings.WriteMany(_folder, segments), "--dataset", Dataset]);

    private Task<JsonElement> ShowAsync(string id) => StrataProgram.JsonAsync(Data, 0, "backfill", "show", id);

    private async Task<IEnumerable<string>> LayersAsync() => (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().Select(StrataProgram.Layers);
}
