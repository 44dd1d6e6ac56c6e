using System.Diagnostics;
using Strata.Bus.Tests;
using Strata.Cli;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>Does to the fleet what its plan draws, and remembers when each fault was over.</summary>
internal sealed class SoakFaults(SoakPlan plan, SoakFleet fleet, PostgresServer database, RabbitMqBroker broker)
{
    /// <summary>Beyond the relay's lease of the tests.</summary>
    private static readonly TimeSpan RelayStopped = TimeSpan.FromSeconds(4);

    private readonly List<(string Fault, long EndedAt)> _ended = [];

    /// <summary>By timestamps of <see cref="Stopwatch"/>.</summary>
    public IReadOnlyList<(string Fault, long EndedAt)> Ended
    {
        get
        {
            lock (_ended)
            {
                return [.. _ended];
            }
        }
    }

    /// <summary>Ends after the last round of faults, with all servers up.</summary>
    public async Task InflictAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var random = SeededRandom.Of(plan.Seed, 1);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var killing = KillWorkersAsync(over.Token, cancellationToken);
        do
        {
            var round = SoakFault.Rounds.ToArray();
            random.Shuffle(round);
            foreach (var fault in round)
            {
                await Task.Delay(plan.NextGap(random), cancellationToken);
                if (await InflictAsync(fault, plan.NextOutage(random), cancellationToken))
                {
                    Over(fault);
                }
            }
        }
        while (Stopwatch.GetElapsedTime(started) < plan.Duration);

        await over.CancelAsync();
        await killing;
    }

    private async Task KillWorkersAsync(CancellationToken over, CancellationToken cancellationToken)
    {
        var random = SeededRandom.Of(plan.Seed, 2);
        while (true)
        {
            // Where starting takes longer than the time between two kills, nobody would ever get to work.
            await Task.WhenAll(fleet.Workers.Select(w => w.RunningAsync()));
            await Task.Delay(plan.NextKill(random), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (over.IsCancellationRequested)
            {
                return;
            }

            if (await fleet.Workers[random.Next(fleet.Workers.Count)].KillAsync())
            {
                Over(SoakFault.WorkerKilled);
            }
        }
    }

    /// <returns>False when whom it would have met is being started just now.</returns>
    private async Task<bool> InflictAsync(string fault, TimeSpan outage, CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case SoakFault.RegistrarKilled:
                return await fleet.Registrar.KillAsync();
            case SoakFault.CatalogKilled:
                return await fleet.Catalog.KillAsync();
            case SoakFault.RelayStopped:
                var relay = await ActiveRelayAsync(cancellationToken);
                await relay.SignalAsync("STOP");
                await Task.Delay(RelayStopped, cancellationToken);
                await relay.SignalAsync("CONT");
                return true;
            case SoakFault.BrokerKilled:
                await AwayAsync(broker.CrashAsync(), outage, broker.StartAgainAsync, cancellationToken);
                return true;
            case SoakFault.BrokerStopped:
                await AwayAsync(broker.StopAsync(), outage, broker.StartAgainAsync, cancellationToken);
                return true;
            case SoakFault.DatabaseKilled:
                await AwayAsync(database.CrashAsync(), outage, database.StartAgainAsync, cancellationToken);
                return true;
            default:
                throw new ArgumentException($"no such fault: {fault}");
        }
    }

    /// <summary>Whatever ends the test, other tests find the server up.</summary>
    private static async Task AwayAsync(Task goes, TimeSpan outage, Func<Task> comesBack, CancellationToken cancellationToken)
    {
        await goes;
        try
        {
            await Task.Delay(outage, cancellationToken);
        }
        finally
        {
            await comesBack();
        }
    }

    private async Task<StrataServerProcess> ActiveRelayAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        while (true)
        {
            foreach (var relay in fleet.Relays)
            {
                var process = await relay.RunningAsync();
                if (await Metrics.ReadAsync(http, process.Url, "strata_bus_relay_active", cancellationToken) == 1)
                {
                    return process;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private void Over(string fault)
    {
        lock (_ended)
        {
            _ended.Add((fault, Stopwatch.GetTimestamp()));
        }
    }
}
