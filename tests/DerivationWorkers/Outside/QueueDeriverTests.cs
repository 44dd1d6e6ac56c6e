using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A deriver that waits at a queue: what it is asked, and what becomes of its answers.</summary>
public sealed class QueueDeriverTests : IDisposable
{
    private const int Patience = 120_000;

    private readonly Shells _shells = new();

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task A_recording_that_comes_as_an_answer_becomes_a_layer_with_where_it_comes_from()
    {
        var found = "";
        var worker = Serve(job =>
        {
            found = File.ReadAllText(new Uri(job.Inputs[0].Url).LocalPath)[..4];
            return QueueWorker.Good(job, """{"rowsUsed": 2, "rowsDropped": {"too_dark": 3}, "outcome": "review"}""");
        });
        await using var catalog = await DerivedAsync();

        var provenance = (await catalog.FindLayerAsync("s", "outside"))!.Provenance!;
        (provenance.Deriver, provenance.DeriverVersion, provenance.RowsUsed).ShouldBe(("outside", 1, 2));
        provenance.RowsDropped.ShouldHaveSingleItem().ShouldBe(new DroppedRows("too_dark", 3));
        var (message, job) = worker.Asked.ShouldHaveSingleItem();
        (message.Queue, message.JobId, message.PatienceNs).ShouldBe((QueueWorker.Queue, job.JobId, 600_000_000_000));
        (job.Segment, job.Deriver, job.Inputs[0].Layer, job.Inputs[0].Path).ShouldBe(("s", "outside", "base", new Uri(job.Inputs[0].Url).LocalPath));
        found.ShouldBe("RRF2");
        _shells.JobFolders().ShouldBeEmpty();

        var report = await catalog.VerificationBy(_shells.Registry).RunAsync(catalog.Dataset, null, "s", "outside", null, Stopped);
        report.Different.ShouldBeEmpty();
        (report.Checked, report.Equal).ShouldBe((1, 1));
    }

    [Fact(Timeout = Patience)]
    public async Task An_answer_may_lie_at_the_path_of_the_job_where_both_share_a_file_system()
    {
        Serve(job =>
        {
            File.WriteAllBytes(job.AnswerPath, QueueWorker.Good(job).Body.ToArray());
            return QueueWorker.Json("""{"rowsUsed": 7}""");
        });
        await using var catalog = await DerivedAsync();

        (await catalog.FindLayerAsync("s", "outside"))!.Provenance!.RowsUsed.ShouldBe(7);
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_may_decline_in_its_own_words()
    {
        Serve(_ => QueueWorker.Json("""{"skipped": "it is night", "rowsDropped": {"too_dark": 3}}"""));
        await using var catalog = await DerivedAsync();

        var skipped = (await EventsAsync(catalog)).OfType<DerivationSkipped>().ShouldHaveSingleItem();
        (skipped.Rule, skipped.Reason, skipped.Detail).ShouldBe(("outside", SkipReasons.Declined, "the deriver 'outside' derives nothing: it is night"));
        skipped.RowsDropped.ShouldHaveSingleItem().ShouldBe(new DroppedRows("too_dark", 3));
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_that_asks_to_be_tried_again_later_is()
    {
        var asked = 0;
        Serve(job => Interlocked.Increment(ref asked) == 1 ? QueueWorker.Json("""{"failed": "the licence server is away", "tryAgain": true}""") : QueueWorker.Good(job));
        await using var catalog = await DerivedAsync();

        (await DoneAsync(catalog)).Attempt.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task A_job_that_no_worker_takes_in_its_time_is_tried_again_since_it_is_none_of_its_fault()
    {
        var asked = 0;
        _shells.DefineRaw("outside", QueueWorker.Definition(""", "limits": {"timeSeconds": 1}""")).Queues = new QueueWorker(async (job, token) =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                await Task.Delay(Timeout.Infinite, token);
            }

            return QueueWorker.Good(job);
        }) { Takes = false };
        await using var catalog = await DerivedAsync();

        (await DoneAsync(catalog)).Attempt.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task A_connection_that_breaks_while_an_answer_is_awaited_is_tried_again()
    {
        var asked = 0;
        Serve(job => Interlocked.Increment(ref asked) == 1 ? throw new DeriverQueueException("the connection broke") : QueueWorker.Good(job));
        await using var catalog = await DerivedAsync();

        (await DoneAsync(catalog)).Attempt.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task Where_nobody_takes_jobs_it_is_tried_again_and_in_the_end_it_has_failed_with_what_to_start()
    {
        var worker = Serve(job => QueueWorker.Good(job));
        worker.Away = "nobody takes jobs; start its worker";
        await using var catalog = await DerivedAsync();

        var failed = (await EventsAsync(catalog)).OfType<DerivationFailed>().ShouldHaveSingleItem();
        (failed.Reason, failed.Attempt).ShouldBe((FailureReasons.DeriverMissing, 5));
        failed.Detail.ShouldBe("deriver 'outside' version 1: nobody takes jobs; start its worker");
        worker.Asked.ShouldBeEmpty();

        worker.Away = null;
        await using (catalog.StartUntilDisposed(catalog.WorkerWith(_shells.Registry)))
        {
            while (await catalog.FindLayerAsync("s", "outside") is null)
            {
                await Task.Delay(10, Stopped);
            }
        }
    }

    [Fact(Timeout = Patience)]
    public async Task What_had_failed_since_nobody_took_jobs_goes_on_by_itself_when_somebody_does()
    {
        var worker = Serve(job => QueueWorker.Good(job));
        worker.Away = "nobody takes jobs; start its worker";
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await using var strata = catalog.StartUntilDisposed(
            catalog.WorkerWith(_shells.Registry, o => o with { PostponeDelays = [TimeSpan.FromMilliseconds(1)], SweepEvery = TimeSpan.FromMilliseconds(50) }));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();
        (await EventsAsync(catalog)).OfType<DerivationFailed>().ShouldHaveSingleItem().Reason.ShouldBe(FailureReasons.DeriverMissing);

        worker.Away = null;

        while (await catalog.FindLayerAsync("s", "outside") is null)
        {
            await Task.Delay(10, Stopped);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_of_Strata_that_stops_waits_for_no_answer_and_gives_the_work_back()
    {
        var asked = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        Serve(async (job, token) =>
        {
            if (asked.TrySetResult())
            {
                await using var stop = token.Register(() => cancelled.TrySetResult());
                await Task.Delay(Timeout.Infinite, token);
            }

            return QueueWorker.Good(job);
        });
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await using (catalog.StartUntilDisposed(catalog.WorkerWith(_shells.Registry)))
        {
            await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
            await asked.Task.WaitAsync(Stopped);
        }

        await cancelled.Task.WaitAsync(Stopped);
        (await EventsAsync(catalog)).ShouldNotContain(e => e is DerivationFailed);
        _shells.JobFolders().ShouldBeEmpty();
        catalog.Start(catalog.WorkerWith(_shells.Registry));
        await catalog.WaitUntilSettledAsync();
        (await DoneAsync(catalog)).Attempt.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task What_lies_where_others_can_read_it_is_given_by_its_URL_for_as_long_as_the_job_may_take_and_not_copied()
    {
        var worker = Serve(job => QueueWorker.Good(job), """, "limits": {"timeSeconds": 60}""");
        await using var catalog = await Catalog.CreateAsync();
        var shared = new SharedRecordings(catalog.Recordings);
        await catalog.DeclareAsync("outside", "outside");
        catalog.Start(catalog.WorkerWith(_shells.Registry, recordings: shared));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();

        var (message, job) = worker.Asked.ShouldHaveSingleItem();
        (job.Inputs[0].Path, job.Inputs[0].Url).ShouldBe((null, SharedRecordings.Url));
        System.Text.Encoding.UTF8.GetString(message.Json.Span).ShouldNotContain("\"path\"");
        shared.Lasting.ShouldBe([TimeSpan.FromMinutes(7)]);
        (await catalog.FindLayerAsync("s", "outside")).ShouldNotBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task What_was_written_over_while_it_was_computed_is_found_before_anything_is_registered()
    {
        SharedRecordings? shared = null;
        Serve(job =>
        {
            shared!.IsChanged = true;
            return QueueWorker.Good(job);
        });
        await using var catalog = await Catalog.CreateAsync();
        shared = new SharedRecordings(catalog.Recordings);
        await catalog.DeclareAsync("outside", "outside");
        catalog.Start(catalog.WorkerWith(_shells.Registry, recordings: shared));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        while (!(await EventsAsync(catalog)).Any(e => e is DerivationFailed { Rule: "outside" }))
        {
            await Task.Delay(10, Stopped);
        }

        (await EventsAsync(catalog)).OfType<DerivationFailed>().Single(f => f.Rule == "outside").Reason.ShouldBe(FailureReasons.RecordingChanged);
        (await catalog.FindLayerAsync("s", "outside")).ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task Without_a_broker_it_is_told_what_to_set()
    {
        _shells.DefineRaw("outside", QueueWorker.Definition());
        await using var catalog = await DerivedAsync();

        _shells.Registry.FindOutside("outside")!.WhyNotHere()!.ShouldContain("outside.json: queue: expected a broker");
        var failed = (await EventsAsync(catalog)).OfType<DerivationFailed>().ShouldHaveSingleItem();
        failed.Reason.ShouldBe(FailureReasons.DeriverMissing);
        failed.Detail.ShouldContain("set Strata__Bus__RabbitMq=amqp://");
    }

    public void Dispose() => _shells.Dispose();

    private QueueWorker Serve(Func<OutsideJob, QueuedAnswer> answer, string members = "") => Serve((job, _) => Task.FromResult(answer(job)), members);

    private QueueWorker Serve(Func<OutsideJob, CancellationToken, Task<QueuedAnswer>> answer, string members = "")
    {
        var worker = new QueueWorker(answer);
        _shells.DefineRaw("outside", QueueWorker.Definition(members)).Queues = worker;
        return worker;
    }

    /// <summary>One recording, and no work left.</summary>
    private async Task<Catalog> DerivedAsync()
    {
        var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        catalog.Start(catalog.WorkerWith(_shells.Registry, o => o with { PostponeDelays = [TimeSpan.FromMilliseconds(50)] }));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();
        return catalog;
    }

    private static async Task<List<StrataEvent>> EventsAsync(Catalog catalog) => [.. (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Select(e => e.Event)];

    private static async Task<DerivationDone> DoneAsync(Catalog catalog) => (await EventsAsync(catalog)).OfType<DerivationDone>().Single(d => d.Rule == "outside");
}
