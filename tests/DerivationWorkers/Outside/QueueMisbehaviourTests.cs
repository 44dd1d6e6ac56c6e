using Strata.Contracts;
using Strata.Registrar;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Whatever a worker at a queue answers, it ends as an evaluation with a reason, and no other segment waits for it.</summary>
public sealed class QueueMisbehaviourTests : IDisposable
{
    private const int Patience = 120_000;
    private const string Bad = "bad";
    private const string Good = "good";
    private const string Small = """, "limits": {"answerBytes": 100000}""";

    private readonly Shells _shells = new();

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, string> Answers => new()
    {
        { "says that it failed", "", FailureReasons.DeriverFailed, "it says that it failed: no joints at row 7. The end of its log: … " },
        { "sends garbage", "", FailureReasons.DeriverAnswer, "its answer is refused: expected a recording file, found at byte 0" },
        { "sends half a recording", "", FailureReasons.DeriverAnswer, "its answer is refused" },
        { "answers for another segment", "", FailureReasons.DeriverAnswer, "expected the recording id 'bad' (recordingId of the job), found 'good'" },
        { "writes where it did not say", "", FailureReasons.DeriverAnswer, "expected entities at or below /derived/outside, /__properties/outside, found /elsewhere" },
        { "sends too much", Small, FailureReasons.DeriverAnswer, "it answered with 100001 bytes, more than 100000" },
        { "sends nothing", "", FailureReasons.DeriverAnswer, "expected a recording file" },
        { "says nothing", "", FailureReasons.DeriverAnswer, "expected a file at answerPath, or a message that says why it skips or failed, found neither" },
        { "does not say what it sends", "", FailureReasons.DeriverAnswer, "expected the content_type application/vnd.rerun.rrd or application/json, found none" },
        { "sends something else", "", FailureReasons.DeriverAnswer, "found 'text/html'" },
        { "sends no JSON", "", FailureReasons.DeriverAnswer, "expected one JSON object as message, found 'hello'" },
        { "sends much JSON", "", FailureReasons.DeriverAnswer, "expected at most 1048576 bytes of JSON, found 1048577" },
        { "uses words that are none of the protocol", "", FailureReasons.DeriverAnswer, "skipt" },
        { "fails and skips", "", FailureReasons.DeriverAnswer, "expected either failed or skipped, found both" },
        { "asks to be tried again without why", "", FailureReasons.DeriverAnswer, "tryAgain: expected failed beside it, found none" },
        { "fails in colours", "", FailureReasons.DeriverFailed, "it says that it failed: [31mno joints" },
        { "sends colours", "", FailureReasons.DeriverAnswer, "expected one JSON object as message, found '[31mred'" },
        { "fails without a word", "", FailureReasons.DeriverAnswer, "failed: expected 1 to 2000 characters that say why, found 0" },
        { "counts wrongly", "", FailureReasons.DeriverAnswer, "what it says in its message is refused: rowsUsed: expected 0 or more, found -1" },
        { "counts wrongly in its header", "", FailureReasons.DeriverAnswer, "what it says in the header strata-reply is refused: rowsUsed: expected 0 or more, found -1" },
        { "has a header of something else", "", FailureReasons.DeriverAnswer, "expected nothing or one JSON object in the header strata-reply, found 'hello'" },
        { "skips with a recording", "", FailureReasons.DeriverAnswer, "expected either a recording or skipped, found both" },
    };

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Answers))]
    public async Task A_worker_that(string what, string members, string reason, string words)
    {
        var failed = await FailedAsync(new QueueWorker(job => job.Segment == Good ? QueueWorker.Good(job) : AnswerOf(what, job)), members, o => o);

        (failed.Segment, failed.Rule, failed.Reason, failed.Attempt).ShouldBe((Bad, "outside", reason, 1), $"{what}: {failed.Detail}");
        failed.Detail.ShouldContain(words, customMessage: what);
        failed.Detail.ShouldStartWith("deriver 'outside' version 1: ");
        failed.Detail.Length.ShouldBeLessThan(5_000);
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_that_never_answers_holds_up_no_other_segment_and_what_it_answers_late_changes_nothing()
    {
        var others = new TaskCompletionSource();
        var late = new TaskCompletionSource<QueuedAnswer>();
        var worker = new QueueWorker(async (job, token) =>
        {
            if (job.Segment == Good)
            {
                others.TrySetResult();
                return QueueWorker.Good(job);
            }

            await others.Task.WaitAsync(token);
            return await late.Task.WaitAsync(token);
        });

        var failed = await FailedAsync(worker, """, "limits": {"timeSeconds": 1}""", o => o with { Parallelism = 2 });

        (failed.Segment, failed.Reason, failed.Attempt).ShouldBe((Bad, FailureReasons.DeriverTimeout, 1));
        failed.Detail.ShouldContain("no answer came from the queue 'strata.deriver.outside' within 1 s after a worker took the job; make it faster, or raise limits.timeSeconds");
        late.SetResult(QueueWorker.Json("{}"));
    }

    [Fact(Timeout = Patience)]
    public async Task Workers_that_never_answer_keep_neither_a_rule_of_this_program_nor_another_outside_deriver_waiting()
    {
        _shells.DefineRaw("outside", QueueWorker.Definition()).Define("command", """echo '{"skipped": "nothing to do"}'""").Queues = new QueueWorker(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await catalog.DeclareAsync("command", "command");
        await using var worker = catalog.StartUntilDisposed(catalog.WorkerWith(_shells.Registry, o => o with { Parallelism = 1 }));
        string[] segments = [.. Enumerable.Range(0, 12).Select(i => $"s{i}")];
        await catalog.RegisterAsync(OnDuplicate.Known, [.. segments.Select(s => catalog.Write(s, 0.1, 0.2))]);

        while (await CountAsync(e => e is DerivationDone { Rule: "quality" }) < segments.Length || await CountAsync(e => e is DerivationSkipped { Rule: "command", Reason: SkipReasons.Declined }) < segments.Length)
        {
            await Task.Delay(10, Stopped);
        }

        await catalog.ReadModels.WaitForAsync(await catalog.Log.HeadAsync(Stopped), Stopped);
        (await catalog.ReadModels.Work.CountOpenAsync(catalog.Dataset, Stopped)).ShouldBe(segments.Length, "only what the queue does not answer");

        async Task<int> CountAsync(Func<StrataEvent, bool> isIt) => (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Count(e => isIt(e.Event));
    }

    public void Dispose() => _shells.Dispose();

    /// <summary>The only failure; the other segment is derived.</summary>
    private async Task<DerivationFailed> FailedAsync(QueueWorker worker, string members, Func<WorkerOptions, WorkerOptions> options)
    {
        _shells.DefineRaw("outside", QueueWorker.Definition(members)).Queues = worker;
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        catalog.Start(catalog.WorkerWith(_shells.Registry, options));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write(Bad, 0.1, 0.2), catalog.Write(Good, 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();

        var events = (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Select(e => e.Event).ToList();
        (await catalog.FindLayerAsync(Good, "outside")).ShouldNotBeNull();
        (await catalog.FindLayerAsync(Bad, "outside")).ShouldBeNull();
        events.OfType<DerivationDone>().Count(d => d.Rule == "quality").ShouldBe(2);
        _shells.JobFolders().ShouldBeEmpty();
        return events.OfType<DerivationFailed>().ShouldHaveSingleItem();
    }

    private static QueuedAnswer AnswerOf(string what, OutsideJob job) => what switch
    {
        "says that it failed" => QueueWorker.Json($$"""{"failed": "no joints at row 7", "log": "{{new string('x', 10_000)}}the last line"}"""),
        "sends garbage" => QueueWorker.Recording("garbage"u8.ToArray()),
        "sends half a recording" => QueueWorker.Recording(QueueWorker.Good(job).Body[..900]),
        "answers for another segment" => QueueWorker.Good(job with { RecordingId = Good }),
        "writes where it did not say" => QueueWorker.Recording(Shells.Rrd([(StoreId.Recording(job.ApplicationId, Bad), new RecordingBuilder().Add("/elsewhere", [1], new[] { new[] { 1.0 } }).Chunks)])),
        "sends too much" => QueueWorker.Recording(new byte[100_001]),
        "sends nothing" => QueueWorker.Recording(default),
        "says nothing" => QueueWorker.Json("{}"),
        "does not say what it sends" => QueueWorker.Good(job) with { ContentType = null },
        "sends something else" => QueueWorker.Good(job) with { ContentType = "text/html" },
        "sends no JSON" => QueueWorker.Json("hello"),
        "sends much JSON" => QueueWorker.Json(new string(' ', (1 << 20) - 1) + "{}"),
        "uses words that are none of the protocol" => QueueWorker.Json("""{"skipt": "no"}"""),
        "fails and skips" => QueueWorker.Json("""{"skipped": "no", "failed": "no"}"""),
        "asks to be tried again without why" => QueueWorker.Json("""{"tryAgain": true}"""),
        "fails in colours" => QueueWorker.Json("""{"failed": "\u0000\u001b[31mno joints"}"""),
        "sends colours" => QueueWorker.Json("\u001b[31mred"),
        "fails without a word" => QueueWorker.Json("""{"failed": ""}"""),
        "counts wrongly" => QueueWorker.Json("""{"rowsUsed": -1}"""),
        "counts wrongly in its header" => QueueWorker.Good(job, """{"rowsUsed": -1}"""),
        "has a header of something else" => QueueWorker.Good(job, "hello"),
        "skips with a recording" => QueueWorker.Good(job, """{"skipped": "no"}"""),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "there is no such answer"),
    };
}
