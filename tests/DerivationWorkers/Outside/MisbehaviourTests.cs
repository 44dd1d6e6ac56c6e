using Strata.Contracts;
using Strata.Registrar;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Whatever an outside deriver does, it ends as an evaluation with a reason, no other segment waits for it, and nothing of it is left.</summary>
public sealed class MisbehaviourTests : IDisposable
{
    private const int Patience = 120_000;
    private const string Bad = "bad";
    private const string Good = "good";
    private const string Quick = """, "limits": {"timeSeconds": 1}""";

    private readonly Shells _shells = new();

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, string, string> Scripts => new()
    {
        { "throws", "echo 'no joints at row 7' >&2; exit 3", "", FailureReasons.DeriverFailed, "expected exit code 0, found 3. The end of its stderr: no joints at row 7" },
        { "hangs", "sleep 1000", Quick, FailureReasons.DeriverTimeout, "ended after 1 s" },
        { "does not want to end, and has children that left it", "trap '' TERM; sleep 1000 & setsid sleep 1000 & setsid sh -c 'sleep 1000 & wait' & while true; do sleep 1; done", Quick, FailureReasons.DeriverTimeout, "ended after 1 s" },
        { "leaves children", "sleep 1000 & setsid sleep 1000 & exit 4", "", FailureReasons.DeriverFailed, "found 4" },
        { "eats memory", "head -c 4000000000 /dev/zero | tail -n 1 > /dev/null", """, "limits": {"memoryBytes": 64000000}""", FailureReasons.DeriverMemory, "more than 61" },
        { "writes too much", "head -c 3000000 /dev/zero > \"$STRATA_ANSWER\"", """, "limits": {"answerBytes": 1000000}""", FailureReasons.DeriverAnswer, "more than 1000000 bytes" },
        { "writes garbage", "echo garbage > \"$STRATA_ANSWER\"", "", FailureReasons.DeriverAnswer, "expected a recording file, found at byte 0" },
        { "writes half a recording", "head -c 900 \"$folder/good.rrd\" > \"$STRATA_ANSWER\"", "", FailureReasons.DeriverAnswer, "its answer is refused" },
        { "answers for another segment", "cp \"$folder/good.rrd\" \"$STRATA_ANSWER\"", "", FailureReasons.DeriverAnswer, "expected the recording id 'bad' (recordingId of the job), found 'good'" },
        { "answers for another application", "cp \"$folder/application.rrd\" \"$STRATA_ANSWER\"", "", FailureReasons.DeriverAnswer, "expected the application id 'strata_tests'" },
        { "answers with two recordings", "cp \"$folder/two.rrd\" \"$STRATA_ANSWER\"", "", FailureReasons.DeriverAnswer, "expected one recording with data in it, found 2" },
        { "hides what was recorded", "cp \"$folder/hides.rrd\" \"$STRATA_ANSWER\"", """, "outputs": ["/action", "/derived/{layer}"]""", FailureReasons.DeriverAnswer, "which the input layer 'base' has" },
        { "writes where it did not say", "cp \"$folder/elsewhere.rrd\" \"$STRATA_ANSWER\"", "", FailureReasons.DeriverAnswer, "expected entities at or below /derived/outside, /__properties/outside, found /elsewhere" },
        { "writes properties of the recording", "cp \"$folder/info.rrd\" \"$STRATA_ANSWER\"", """, "outputs": ["/derived/outside"]""", FailureReasons.DeriverAnswer, "send_properties=False" },
        { "writes nothing", "exit 0", "", FailureReasons.DeriverAnswer, "expected a file at answerPath, or a reason to skip on stdout, found neither" },
        { "writes a link", "ln -s \"$folder/good.rrd\" \"$STRATA_ANSWER\"", "", FailureReasons.DeriverAnswer, "found neither" },
        { "speaks on stdout", "echo hello", "", FailureReasons.DeriverAnswer, "expected nothing or one JSON object on stdout, found 'hello" },
        { "speaks without end", "yes", Quick, FailureReasons.DeriverTimeout, "ended after 1 s" },
        { "uses words that are none of the protocol", "echo '{\"skipt\": \"no\"}'", "", FailureReasons.DeriverAnswer, "skipt" },
        { "kills itself", "kill -9 $$", "", FailureReasons.DeriverFailed, "a signal ended it (number 9)" },
    };

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Scripts))]
    public async Task A_deriver_that(string what, string script, string members, string reason, string words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no sh");
        _shells.DefineForBad("outside", script, members)
            .Answer("good.rrd", Good, "/derived/outside")
            .Answer("application.rrd", Bad, "/derived/outside", application: "another")
            .Answer("hides.rrd", Bad, "/action/joint_positions")
            .Answer("elsewhere.rrd", Bad, "/elsewhere")
            .Answer("info.rrd", Bad, "/__properties")
            .Put("two.rrd", [.. new[] { Bad, "another" }.Select(s => (StoreId.Recording(RecordingBuilder.Application, s), new RecordingBuilder().Add("/derived/outside", [1], new[] { new[] { 1.0 } }).Chunks))]);
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        catalog.Start(catalog.WorkerWith(_shells.Registry));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write(Bad, 0.1, 0.2), catalog.Write(Good, 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();

        var events = (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Select(e => e.Event).ToList();
        var failed = events.OfType<DerivationFailed>().ShouldHaveSingleItem(what);
        (failed.Segment, failed.Rule, failed.Reason).ShouldBe((Bad, "outside", reason), $"{what}: {failed.Detail}");
        failed.Detail.ShouldContain(words, customMessage: what);
        failed.Detail.ShouldStartWith("deriver 'outside' version 1: ");
        (await catalog.FindLayerAsync(Good, "outside")).ShouldNotBeNull();
        events.OfType<DerivationDone>().Count(d => d.Rule == "quality").ShouldBe(2);
        _shells.JobFolders().ShouldBeEmpty();
        _shells.Running().ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Derivers_that_hang_on_every_slot_keep_no_other_rule_waiting()
    {
        _shells.Define("outside", "sleep 1000");
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await using var worker = catalog.StartUntilDisposed(catalog.WorkerWith(_shells.Registry, o => o with { Parallelism = 1 }));
        string[] segments = [.. Enumerable.Range(0, 12).Select(i => $"s{i}")];
        await catalog.RegisterAsync(OnDuplicate.Known, [.. segments.Select(s => catalog.Write(s, 0.1, 0.2))]);

        while ((await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Count(e => e.Event is DerivationDone { Rule: "quality" }) < segments.Length)
        {
            await Task.Delay(10, Stopped);
        }

        await catalog.ReadModels.WaitForAsync(await catalog.Log.HeadAsync(Stopped), Stopped);
        (await catalog.ReadModels.Work.CountOpenAsync(catalog.Dataset, Stopped)).ShouldBe(segments.Length);
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_that_stops_ends_what_runs_for_it()
    {
        _shells.Define("outside", "sleep 1000 & sleep 1000");
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await using (catalog.StartUntilDisposed(catalog.WorkerWith(_shells.Registry)))
        {
            await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
            while (_shells.Running().Count < 2)
            {
                await Task.Delay(10, Stopped);
            }
        }

        _shells.Running().ShouldBeEmpty();
        _shells.JobFolders().ShouldBeEmpty();
        (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.ShouldNotContain(e => e.Event is DerivationFailed);
    }

    public void Dispose() => _shells.Dispose();
}
