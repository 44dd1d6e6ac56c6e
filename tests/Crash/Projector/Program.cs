using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Crash.Projector;
using Strata.EventStore.Sqlite;
using Strata.Projections;
using Strata.Projections.Folding;
using Strata.Projections.Running;

// Folds the log in the folder of its first argument, in one of three ways that a test stops or kills:
//   follow FOLDER OWNER LEASE_MS [HOLD_AT]   prints "at POSITION"; with HOLD_AT it prints "leased" when it has renewed its lease there, and goes on at a line of input
//   die-before-commit FOLDER POSITION        writes rows and checkpoint of the next events up to POSITION, and dies before it commits them
//   rebuild FOLDER POSITION                  rebuilds, and dies when it has replayed up to POSITION
var folder = args[1];
await using var store = await SqliteEventStore.OpenAsync(folder, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
using var models = ReadModels.Open(folder, store, new PrintingLogger<ReadModels>());
switch (args[0])
{
    case "follow":
        var leases = new HoldingLeases(store, models, args.Length > 4 ? Number(args[4]) : long.MaxValue);
        var options = new RunnerOptions(args[2]) { LeaseNs = Number(args[3]) * 1_000_000 };
        // One projection alone: a signal must not stop the process in the midst of another one's write.
        var runner = new TablesRunner(models.CatalogTables, new EventFeed(store), store, leases, options, new RunnerClock(TimeProvider.System), new PrintingLogger<ProjectionRunner>());
        var running = runner.RunAsync(CancellationToken.None);
        for (long position = 0; ; position = models.Position)
        {
            await models.WaitForChangeAsync(position, CancellationToken.None);
            Console.Out.WriteLine($"at {models.Position.ToString(CultureInfo.InvariantCulture)}");
            if (running.IsCompleted)
            {
                await running;
            }
        }

    case "die-before-commit":
        await models.WaitUntilServingAsync(0, CancellationToken.None);
        using (var writer = GenerationWriter.OpenLive(CatalogProjection.Definition, models.CatalogTables.Files.PathOf(models.CatalogTables.LiveNumber), token: 1))
        {
            var batches = new EventFeed(store).Start(writer.Position, Number(args[2]), CancellationToken.None);
            writer.Stage(await batches.ReadAsync());
            await Death.Now();
        }

        return;

    case "rebuild":
        await new Rebuild(models, store).RunAsync(verifyOnly: false, new DeadlyProgress(Number(args[2])), CancellationToken.None);
        return;
}

static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

internal static class Death
{
    /// <summary>As the kernel's: no finally, no exit handler, no flush.</summary>
    public static async Task Now()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        await self.WaitForExitAsync();
    }
}

internal sealed class DeadlyProgress(long position) : IProgress<RebuildProgress>
{
    public void Report(RebuildProgress value)
    {
        if (value.Events >= position)
        {
            Death.Now().Wait();
        }
    }
}
