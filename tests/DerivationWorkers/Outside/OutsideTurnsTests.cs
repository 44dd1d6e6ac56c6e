using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A worker takes few jobs of outside derivers at once; what it may not take keeps it from none that it may.</summary>
public sealed class OutsideTurnsTests : IDisposable
{
    private const int Patience = 60_000;

    private readonly Shells _shells = new();
    private readonly Shells _elsewhere = new();

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Segments_that_wait_until_they_are_tried_again_keep_no_other_one_waiting()
    {
        var later = QueueWorker.Json("""{"failed": "the licence server is away", "tryAgain": true}""");
        _shells.DefineRaw("outside", QueueWorker.Definition()).Queues = new QueueWorker(job => job.Segment == "last" ? QueueWorker.Good(job) : later);
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await using var worker = catalog.StartUntilDisposed(catalog.WorkerWith(_shells.Registry, o => o with { Parallelism = 1, PostponeDelays = [TimeSpan.FromHours(1)] }));
        await catalog.RegisterAsync(OnDuplicate.Known, [.. Enumerable.Range(0, 5).Select(i => catalog.Write($"s{i}", 0.1, 0.2)), catalog.Write("last", 0.1, 0.2)]);

        await UntilDerivedAsync(catalog, 1);
    }

    [Fact(Timeout = Patience)]
    public async Task What_another_worker_holds_keeps_this_one_from_no_other_segment()
    {
        var (held, parallelism) = (0, Environment.ProcessorCount);
        var full = new TaskCompletionSource();
        _elsewhere.DefineRaw("outside", QueueWorker.Definition()).Queues = new QueueWorker(async (_, token) =>
        {
            if (Interlocked.Increment(ref held) == parallelism)
            {
                full.SetResult();
            }

            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });
        _shells.DefineRaw("outside", QueueWorker.Definition()).Queues = new QueueWorker(job => QueueWorker.Good(job));
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await using var first = catalog.StartUntilDisposed(catalog.Worker("first", _elsewhere.Registry));
        var segments = 8 * parallelism;
        await catalog.RegisterAsync(OnDuplicate.Known, [.. Enumerable.Range(0, segments).Select(i => catalog.Write($"s{i}", 0.1, 0.2))]);
        await full.Task.WaitAsync(Stopped);

        await using var second = catalog.StartUntilDisposed(catalog.Worker("second", _shells.Registry));

        await UntilDerivedAsync(catalog, segments - (2 * parallelism));
    }

    public void Dispose()
    {
        _shells.Dispose();
        _elsewhere.Dispose();
    }

    private static async Task UntilDerivedAsync(Catalog catalog, int count)
    {
        while ((await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Count(e => e.Event is DerivationDone { Rule: "outside" }) < count)
        {
            await Task.Delay(10, Stopped);
        }
    }
}
