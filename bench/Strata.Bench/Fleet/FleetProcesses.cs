using System.Diagnostics;

namespace Strata.Bench;

/// <summary>Roles as processes of one fleet: a database of its own, a prefix of its own on the broker where there is one, one folder of recordings, and a data directory for each.</summary>
internal sealed class FleetProcesses : IAsyncDisposable
{
    private const string Serves = " serves ";

    private readonly BenchDatabase _database;
    private readonly Uri? _broker;
    private readonly List<Process> _processes = [];
    private readonly Dictionary<string, string> _settings;

    private FleetProcesses(BenchDatabase database, Uri? broker)
    {
        (_database, _broker) = (database, broker);
        _settings = new(StringComparer.Ordinal)
        {
            ["Strata__EventStore__ConnectionString"] = database.ConnectionString,
            ["Strata__Recordings__Folder"] = Path.Combine(new TemporaryFolder().Path, "recordings"),
        };
        if (broker is not null)
        {
            Set("Strata__Bus__RabbitMq", broker.ToString());
            Set("Strata__Bus__Prefix", Prefix);
        }
    }

    public string ConnectionString => _database.ConnectionString;

    public Uri Broker => _broker ?? throw new InvalidOperationException("these processes have no broker");

    public string Prefix { get; } = $"bench{Guid.NewGuid():N}-";

    /// <summary>In the order in which they were started.</summary>
    public IReadOnlyList<int> ProcessIds => [.. _processes.Select(p => p.Id)];

    /// <param name="broker">Null: workers hear of work from the tables that they follow.</param>
    public static async Task<FleetProcesses> CreateAsync(Uri? broker, CancellationToken cancellationToken) =>
        new(await BenchDatabase.TryCreateAsync(cancellationToken) ?? throw new InvalidOperationException("processes that share a log need PostgreSQL"), broker);

    /// <summary>For processes that are started from now on.</summary>
    public void Set(string setting, string value) => _settings[setting] = value;

    /// <returns>Its address.</returns>
    public async Task<Uri> ServeAsync(string roles, CancellationToken cancellationToken, params string[] options)
    {
        var line = await StartAsync(Places.Server, ["serve", "--roles", roles, "--listen", "127.0.0.1:0", .. options], Serves, cancellationToken);
        return new(line[line.IndexOf("http", StringComparison.Ordinal)..].Split(';')[0]);
    }

    /// <summary>Ends when it says these words, on either of its outputs.</summary>
    /// <returns>The line that has them.</returns>
    public async Task<string> StartAsync(string program, string[] arguments, string words, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["STRATA_DATA"] = new TemporaryFolder().Path;
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        _processes.Add(process);
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        void Look(string? line)
        {
            lock (lines)
            {
                lines.Add(line ?? "");
                if (line?.Contains(words, StringComparison.Ordinal) == true)
                {
                    said.TrySetResult(line);
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
        return await said.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        await _database.DisposeAsync();
    }
}
