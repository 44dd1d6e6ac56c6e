using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Strata.Bus.Tests;

/// <summary>
/// A RabbitMQ for the tests: the one that <c>STRATA_TEST_RABBITMQ</c> names, else a private one (own node, ports, cookie and folder) where the
/// program is installed. It is started once for all tests and ends with them.
/// </summary>
public sealed class RabbitMqBroker : IAsyncLifetime
{
    private const string AddressVariable = "STRATA_TEST_RABBITMQ";

    private static readonly string[] Programs = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server"];

    private DirectoryInfo? _folder;
    private ProcessStartInfo? _start;
    private Process? _server;
    private int _epmdPort;
    private string? _control;
    private IReadOnlyList<(string Name, string Value)> _settings = [];

    /// <summary>Null when there is none; then <see cref="Absence"/> says how to get one.</summary>
    public Uri? Address { get; private set; }

    public string Absence { get; } =
        $"no RabbitMQ: set {AddressVariable}=amqp://user:password@host:port, or install the package rabbitmq-server";

    /// <summary>Why there is no way to make users and virtual hosts; null where there is one.</summary>
    public string? ControlAbsence => _control is null ? "no control over RabbitMQ: users are made only on a private one, which needs the package rabbitmq-server" : null;

    /// <summary>Runs <c>rabbitmqctl</c> with these words.</summary>
    /// <returns>What it says.</returns>
    public async Task<string> ControlAsync(params string[] words)
    {
        var start = AsBrokerUser(_control!, words);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = _folder!.FullName;
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        using var control = Process.Start(start)!;
        var (output, errors) = (control.StandardOutput.ReadToEndAsync(), control.StandardError.ReadToEndAsync());
        await control.WaitForExitAsync();
        if (control.ExitCode != 0)
        {
            throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', words)}: {await output}{await errors}");
        }

        return await output;
    }

    /// <summary>As a crash: what it had confirmed is on its disk, and nothing else.</summary>
    public Task CrashAsync() => EndAsync("KILL");

    /// <summary>As a service manager does it: connections are closed and files flushed.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <summary>Over the same files and on the same port; ends when it takes connections.</summary>
    public async Task StartAgainAsync()
    {
        File.Delete(PidFile);
        _server = Process.Start(_start!)!;
        await ReadyAsync(_server);
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } given)
        {
            Address = new Uri(given);
        }
        else if (Programs.FirstOrDefault(File.Exists) is { } program)
        {
            Address = await StartAsync(program);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
        {
            return;
        }

        await EndAsync("KILL");
        var stop = AsBrokerUser("epmd", "-port", $"{_epmdPort}", "-kill");
        stop.RedirectStandardOutput = true;
        using var epmd = Process.Start(stop);
        await epmd!.WaitForExitAsync();
        _folder!.Delete(recursive: true);
    }

    private string PidFile => Path.Combine(_folder!.FullName, "rabbit.pid");

    private async Task<Uri> StartAsync(string program)
    {
        _folder = Directory.CreateTempSubdirectory("strata-rabbit-");
        var (port, distribution) = (FreePort(), FreePort());
        _epmdPort = FreePort();
        _settings = [.. Settings(distribution)];
        _control = Path.Combine(Path.GetDirectoryName(program)!, "rabbitmqctl");
        await WriteFilesAsync(port);

        var start = AsBrokerUser(program);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = _folder.FullName;
        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _start = start;
        await StartAgainAsync();
        return new Uri($"amqp://guest:guest@127.0.0.1:{port}");
    }

    /// <summary>Ends with the broker.</summary>
    private async Task EndAsync(string signal)
    {
        if (File.Exists(PidFile) && int.TryParse(await File.ReadAllTextAsync(PidFile), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{pid}"]);
            await kill.WaitForExitAsync();
        }

        await _server!.WaitForExitAsync();
        _server.Dispose();
    }

    private static async Task ReadyAsync(Process server)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        void Look(string? line)
        {
            if (ready.Task.IsCompleted)
            {
                return;
            }

            if (line is null)
            {
                ready.TrySetException(new InvalidOperationException($"RabbitMQ did not start:\n{string.Join('\n', lines)}"));
                return;
            }

            lines.Add(line);
            if (line.Contains("completed with", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        }

        server.OutputDataReceived += (_, line) => Look(line.Data);
        server.ErrorDataReceived += (_, line) => lines.Add(line.Data ?? "");
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        await ready.Task;
    }

    private async Task WriteFilesAsync(int port)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder!.FullName, "rabbitmq.conf"),
            $"""
            listeners.tcp.default = 127.0.0.1:{port}
            vm_memory_high_watermark.absolute = 512MB
            disk_free_limit.absolute = 50MB

            """);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "enabled_plugins"), "[].\n");
        var cookie = Path.Combine(_folder.FullName, ".erlang.cookie");
        await File.WriteAllTextAsync(cookie, RandomNumberGenerator.GetHexString(24));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(cookie, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        if (IsRoot)
        {
            using var chown = Process.Start("chown", ["-R", "rabbitmq:rabbitmq", _folder.FullName]);
            await chown.WaitForExitAsync();
        }
    }

    private IEnumerable<(string Name, string Value)> Settings(int distributionPort)
    {
        string In(string name) => Path.Combine(_folder!.FullName, name);
        return
        [
            ("HOME", _folder!.FullName),
            ("ERL_EPMD_PORT", $"{_epmdPort}"),
            ("ERL_EPMD_ADDRESS", "127.0.0.1"),
            ("RABBITMQ_NODENAME", $"strata{_epmdPort}@localhost"),
            ("RABBITMQ_DIST_PORT", $"{distributionPort}"),
            ("RABBITMQ_CONFIG_FILE", In("rabbitmq.conf")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", In("enabled_plugins")),
            ("RABBITMQ_MNESIA_BASE", In("mnesia")),
            ("RABBITMQ_LOG_BASE", In("log")),
            ("RABBITMQ_PID_FILE", In("rabbit.pid")),
            ("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        ];
    }

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>The server refuses to run as root; Debian's package brings a user for it.</summary>
    private static ProcessStartInfo AsBrokerUser(string program, params string[] arguments) =>
        IsRoot ? new("runuser", ["-u", "rabbitmq", "--", program, .. arguments]) : new(program, arguments);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
