using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Strata.Bench;

/// <summary>
/// One, two and four worker processes, each with one thread for evaluations, on derivations that keep a core busy: from the registration until the last evaluation, by the
/// times of the events.
/// </summary>
internal static class WorkerMeasurement
{
    /// <summary>Square roots one after another, some 50 ms of a core.</summary>
    private const string Rounds = "8000000";

    private static readonly int[] Counts = [1, 2, 4];

    public static async Task RunAsync(Uri broker, BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        var recordings = options.Quick ? 100 : 300;
        var folder = new TemporaryFolder();
        for (var i = 0; i < recordings; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, SyntheticEvents.Segment(i) + ".rrd"), JointRecording.Write(JointRecording.Chunks(60, 7, 60), SyntheticEvents.Segment(i), useLz4: true), cancellationToken);
        }

        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var workers in Counts)
            {
                var rate = await MeasureAsync(broker, folder.Path, recordings, workers, cancellationToken);
                results.Add(new Sample(string.Create(CultureInfo.InvariantCulture, $"{2 * recordings} derivations of some 50 ms of a core, {workers} worker processes of one thread"), Side.Strata, run, rate, "derivations/s"));
                Console.Error.WriteLine($"{workers} workers: {rate:0.0} derivations/s");
            }
        }
    }

    private static async Task<double> MeasureAsync(Uri broker, string recordings, int count, int workers, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.TryCreateAsync(cancellationToken) ?? throw new InvalidOperationException("fleet needs PostgreSQL");
        var shared = new TemporaryFolder();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Strata__EventStore__ConnectionString"] = database.ConnectionString,
            ["Strata__Bus__RabbitMq"] = broker.ToString(),
            ["Strata__Bus__Prefix"] = $"bench{Guid.NewGuid():N}-",
            ["Strata__Recordings__Folder"] = Path.Combine(shared.Path, "recordings"),
            ["Strata__Workers__Parallelism"] = "1",
        };
        var processes = new List<Process>();
        try
        {
            processes.Add(await StartAsync(Places.Server, ["serve", "--roles", "relay", "--listen", "127.0.0.1:0"], settings, " serves ", cancellationToken));
            for (var i = 0; i < workers; i++)
            {
                processes.Add(await StartAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Strata.Fleet.Worker.dll"), "burn", Rounds], settings, "works", cancellationToken));
            }

            processes.Add(await StartAsync(Places.Server, ["serve", "--roles", "catalog,web", "--listen", "127.0.0.1:0", "--dataset", $"bench={recordings}"], settings, " serves ", cancellationToken));
            return await RateAsync(database.ConnectionString, 2 * count, cancellationToken);
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
                process.Dispose();
            }
        }
    }

    private static async Task<double> RateAsync(string connectionString, int derivations, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            "select count(*) filter (where type = 'derivation_done'), extract(epoch from max(timestamp) filter (where type = 'derivation_done') - min(timestamp) filter (where type = 'layer_registered')) from mt_events", connection);
        while (true)
        {
            await using (var row = await command.ExecuteReaderAsync(cancellationToken))
            {
                await row.ReadAsync(cancellationToken);
                if (row.GetInt64(0) == derivations)
                {
                    return derivations / (double)row.GetDecimal(1);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    /// <summary>Ends when it says these words, on either of its outputs.</summary>
    private static async Task<Process> StartAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> settings, string words, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["STRATA_DATA"] = new TemporaryFolder().Path;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        void Look(string? line)
        {
            lock (lines)
            {
                lines.Add(line ?? "");
                if (line?.Contains(words, StringComparison.Ordinal) == true)
                {
                    said.TrySetResult();
                }
                else if (line is null && process.HasExited)
                {
                    said.TrySetException(new InvalidOperationException($"{program} ended:\n{string.Join('\n', lines)}"));
                }
            }
        }

        process.OutputDataReceived += (_, line) => Look(line.Data);
        process.ErrorDataReceived += (_, line) => Look(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await said.Task.WaitAsync(cancellationToken);
        return process;
    }
}
