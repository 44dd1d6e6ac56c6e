using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Strata.Servers;

/// <summary>
/// A PostgreSQL for the tests: the one that <c>STRATA_TEST_POSTGRES</c> names, else a private cluster (own folder, own port) where the programs are installed.
/// It is started once for all tests of an assembly and ends with them.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string AddressVariable = "STRATA_TEST_POSTGRES";

    private static readonly string[] Folders =
        [.. Enumerable.Range(15, 6).Reverse().Select(version => $"/usr/lib/postgresql/{version}/bin"), "/usr/local/bin", "/opt/homebrew/bin", "/usr/bin"];

    private DirectoryInfo? _folder;
    private ProcessStartInfo? _start;
    private Process? _server;

    /// <summary>Of a user that may create databases and roles; null when there is no server, then <see cref="Absence"/> says how to get one.</summary>
    public string? ConnectionString { get; private set; }

    public string Absence { get; } = $"no PostgreSQL: set {AddressVariable}='Host=…;Username=…;Password=…;Database=postgres' (a user that may create databases and roles), or install the package postgresql-15";

    /// <summary>Why it cannot be stopped; null where it is a private one.</summary>
    public string? ControlAbsence => _start is null ? "no control over PostgreSQL: only a private one is stopped, which needs the package postgresql-15" : null;

    /// <summary>Of a private one: where its tables' files lie; else see <see cref="ControlAbsence"/>.</summary>
    public string TablesFolder => Path.Combine(_folder!.FullName, "data", "base");

    /// <summary><c>pg_dump</c>, or null where it is not installed.</summary>
    public static string? Dump => Find("pg_dump");

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } given)
        {
            ConnectionString = given;
        }
        else if (Find("postgres") is { } program && Find("initdb") is { } initdb)
        {
            ConnectionString = await StartAsync(program, initdb);
        }
    }

    /// <summary>An empty database of its own; skips the test where there is no server.</summary>
    /// <param name="folder">Where its tables lie, an empty folder of the server's user; null: with the server's.</param>
    public async Task<PostgresDatabase> CreateDatabaseAsync(string? folder = null)
    {
        Assert.SkipWhen(ConnectionString is null, Absence);
        return await PostgresDatabase.CreateAsync(ConnectionString!, folder);
    }

    /// <summary>As a crash: nothing is finished and no client is told; what was committed is recovered from its log at the next start.</summary>
    public Task CrashAsync() => SignalAsync("QUIT");

    /// <summary>Over the same data and on the same port; ends when it takes connections.</summary>
    public async Task StartAgainAsync()
    {
        _server = Process.Start(_start!)!;
        await ReadyAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
        {
            return;
        }

        NpgsqlConnection.ClearAllPools();
        await SignalAsync("INT");
        _folder!.Delete(recursive: true);
    }

    /// <summary>Ends with the server.</summary>
    private async Task SignalAsync(string signal)
    {
        var pid = (await File.ReadAllLinesAsync(Path.Combine(_folder!.FullName, "data", "postmaster.pid")))[0];
        using (var kill = Process.Start("kill", [$"-{signal}", pid]))
        {
            await kill.WaitForExitAsync();
        }

        await _server!.WaitForExitAsync();
        _server.Dispose();
    }

    private async Task<string> StartAsync(string program, string initdb)
    {
        _folder = Directory.CreateTempSubdirectory("strata-postgres-");
        if (IsRoot)
        {
            using var chown = Process.Start("chown", ["postgres:postgres", _folder.FullName]);
            await chown.WaitForExitAsync();
        }

        var data = Path.Combine(_folder.FullName, "data");
        await RunAsync(AsServerUser(initdb, "-D", data, "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"));
        var port = FreePort();

        // Nobody cuts this server's power: without fsync the tests take a third of the time.
        string[] settings = ["listen_addresses=127.0.0.1", $"port={port}", $"unix_socket_directories={_folder.FullName}", "fsync=off", "max_connections=300", "max_prepared_transactions=4"];
        _start = Silent(AsServerUser(program, ["-D", data, .. settings.SelectMany(s => new[] { "-c", s })]));
        await StartAgainAsync();
        return $"Host=127.0.0.1;Port={port.ToString(CultureInfo.InvariantCulture)};Username=postgres;Database=postgres";
    }

    private static async Task ReadyAsync(Process server)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        server.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException($"PostgreSQL did not start:\n{string.Join('\n', lines)}"));
            }
            else if (!ready.Task.IsCompleted)
            {
                lines.Add(line.Data);
                if (line.Data.Contains("ready to accept connections", StringComparison.Ordinal))
                {
                    ready.TrySetResult();
                }
            }
        };
        server.OutputDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        server.BeginOutputReadLine();
        await ready.Task;
    }

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(Silent(start))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}:\n{await output}\n{await error}");
        }
    }

    private static ProcessStartInfo Silent(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    private static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>The server refuses to run as root; Debian's package brings a user for it.</summary>
    private static ProcessStartInfo AsServerUser(string program, params string[] arguments) =>
        IsRoot ? new("runuser", ["-u", "postgres", "--", program, .. arguments]) { WorkingDirectory = Path.GetTempPath() } : new(program, arguments);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
