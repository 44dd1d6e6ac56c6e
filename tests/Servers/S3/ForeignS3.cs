using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Strata.Servers;

/// <summary>
/// An S3-compatible server that is not ours: the one that <c>STRATA_TEST_S3</c> names, else a private <c>s3rver</c> (npm) where it is installed. Both look at signatures.
/// It is started once for all tests of an assembly and ends with them.
/// </summary>
public sealed class ForeignS3 : IAsyncLifetime
{
    private const string AddressVariable = "STRATA_TEST_S3";
    private const string ProgramVariable = "STRATA_TEST_S3RVER";
    private const string BucketName = "strata-tests";

    private DirectoryInfo? _folder;
    private Process? _server;

    /// <summary><c>http://ACCESS:SECRET@HOST:PORT/BUCKET</c>; null when there is no server, then <see cref="Absence"/> says how to get one.</summary>
    public Uri? Address { get; private set; }

    public string Absence { get; } =
        $"no S3-compatible server but our own: set {AddressVariable}=http://ACCESS:SECRET@HOST:PORT/BUCKET (MinIO, or Amazon's over https), or install npm, with which ./test gets s3rver";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } given)
        {
            Address = new(given);
        }
        else if (Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } program && File.Exists(program))
        {
            Address = await StartAsync(program);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
            _server.Dispose();
            _folder!.Delete(recursive: true);
        }
    }

    private async Task<Uri> StartAsync(string program)
    {
        _folder = Directory.CreateTempSubdirectory("strata-s3rver-");
        var port = FreePort().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(program, ["--directory", _folder.FullName, "--address", "127.0.0.1", "--port", port, "--no-vhost-buckets", "--configure-bucket", BucketName])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _server = Process.Start(start)!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        _server.OutputDataReceived += (_, line) =>
        {
            lines.Add(line.Data ?? "");
            if (line.Data is null)
            {
                ready.TrySetException(new InvalidOperationException($"s3rver did not start:\n{string.Join('\n', lines)}"));
            }
            else if (line.Data.Contains("listening", StringComparison.OrdinalIgnoreCase))
            {
                ready.TrySetResult();
            }
        };
        _server.ErrorDataReceived += (_, _) => { };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await ready.Task;

        // Its own and only keys.
        return new($"http://S3RVER:S3RVER@127.0.0.1:{port}/{BucketName}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
