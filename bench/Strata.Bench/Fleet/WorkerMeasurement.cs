using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Strata.Bench;

/// <summary>
/// One, two and four worker processes, each with one thread for evaluations, on derivations that keep a core busy: by the times of the events, from the end of the first half
/// until the last evaluation. These workers are compiled at run time, which takes some seconds of a core of each while it is young.
/// </summary>
internal static class WorkerMeasurement
{
    /// <summary>Square roots one after another, some 200 ms of a core.</summary>
    private const long Rounds = 32_000_000;

    /// <summary>Some two seconds of a core, behind one to warm up.</summary>
    private const int BareBurns = 10;

    private static readonly int[] Counts = [1, 2, 4];

    private static double s_burnt;

    public static async Task RunAsync(Uri broker, BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var recordings = options.Quick ? 50 : 150;
        var folder = new TemporaryFolder();
        for (var i = 0; i < recordings; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, SyntheticEvents.Segment(i) + ".rrd"), JointRecording.Write(JointRecording.Chunks(60, 7, 60), SyntheticEvents.Segment(i), useLz4: true), cancellationToken);
        }

        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var threads in Counts)
            {
                var bare = BareBurnsPerSecond(threads);
                results.Add(new Sample(string.Create(CultureInfo.InvariantCulture, $"the same square roots and nothing else, {threads} threads: what the machine gives"), Side.Strata, run, bare, "burns/s"));
                Console.Error.WriteLine($"{threads} bare threads: {bare:0.0} burns/s");
            }

            foreach (var workers in Counts)
            {
                var rate = await MeasureAsync(broker, folder.Path, recordings, workers, cancellationToken);
                results.Add(new Sample(string.Create(CultureInfo.InvariantCulture, $"{2 * recordings} derivations of some 200 ms of a core, {workers} worker processes of one thread"), Side.Strata, run, rate, "derivations/s"));
                Console.Error.WriteLine($"{workers} workers: {rate:0.0} derivations/s");
            }
        }
    }

    /// <summary>Two virtual cores may be two threads of one: what several workers can give is told beside what they gave.</summary>
    private static double BareBurnsPerSecond(int threads)
    {
        using var warm = new Barrier(threads + 1);
        using var done = new CountdownEvent(threads);
        for (var t = 0; t < threads; t++)
        {
            new Thread(() =>
            {
                var sum = Burn();
                warm.SignalAndWait();
                for (var i = 0; i < BareBurns; i++)
                {
                    sum += Burn();
                }

                // Looked at, or the compiler would leave the square roots out.
                Volatile.Write(ref s_burnt, sum);
                done.Signal();
            }).Start();
        }

        warm.SignalAndWait();
        var clock = Stopwatch.StartNew();
        done.Wait();
        return threads * BareBurns / clock.Elapsed.TotalSeconds;
    }

    private static double Burn()
    {
        var sum = 1.0;
        for (var i = 0L; i < Rounds; i++)
        {
            sum = Math.Sqrt(sum + i);
        }

        return sum;
    }

    private static async Task<double> MeasureAsync(Uri broker, string recordings, int count, int workers, CancellationToken cancellationToken)
    {
        await using var fleet = await FleetProcesses.CreateAsync(broker, cancellationToken);
        fleet.Set("Strata__Workers__Parallelism", "1");
        await fleet.ServeAsync("relay", cancellationToken);
        for (var i = 0; i < workers; i++)
        {
            await fleet.StartAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Strata.Fleet.Worker.dll"), "burn", Rounds.ToString(CultureInfo.InvariantCulture)], "works", cancellationToken);
        }

        await fleet.ServeAsync("catalog,web", cancellationToken, "--dataset", $"bench={recordings}");
        return await RateAsync(fleet.ConnectionString, 2 * count, cancellationToken);
    }

    private static async Task<double> RateAsync(string connectionString, int derivations, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        var young = derivations / 2L;
        await using var command = new NpgsqlCommand(
            """
            with done as (select timestamp, row_number() over (order by seq_id) as number from mt_events where type = 'derivation_done')
            select count(*), extract(epoch from max(timestamp) - max(timestamp) filter (where number = $1)) from done
            """,
            connection) { Parameters = { new() { Value = young } } };
        while (true)
        {
            await using (var row = await command.ExecuteReaderAsync(cancellationToken))
            {
                await row.ReadAsync(cancellationToken);
                if (row.GetInt64(0) == derivations)
                {
                    return (derivations - young) / (double)row.GetDecimal(1);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }
}
