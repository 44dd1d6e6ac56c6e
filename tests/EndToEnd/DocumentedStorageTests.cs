using System.Diagnostics;
using Strata.EndToEnd.Tests.Docs;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>The commands of docs/storage.md run as they stand there, with a server of the tests in the place of MinIO.</summary>
public sealed class DocumentedStorageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-docs-storage-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_of_the_page_does_what_is_said()
    {
        await using var s3 = await StandInS3.StartAsync("fleet");
        s3.Content.AddBucket("robots");
        s3.Content.Put("robots", "in/run_2.rrd", File.ReadAllBytes(SmallRecordings.Write(_folder, "run_2", 0.2)));
        File.Move(SmallRecordings.Write(_folder, "run_1", 0.1), Path.Combine(_folder, "run_1.rrd"));
        var page = string.Join('\n', FencedBlocks.Of("docs/storage.md", "sh"))
            .Replace("http://minio:9000", s3.Endpoint.AbsoluteUri, StringComparison.Ordinal)
            .Replace("/mnt/backups/strata", Path.Combine(_folder, "backup"), StringComparison.Ordinal);
        var (dotnet, program) = (StrataProgram.StartInfo(_folder).FileName, StrataProgram.StartInfo(_folder).ArgumentList[0]);
        ShellScript.Write(_folder, "strata", $"exec {dotnet} '{program}' \"$@\"");
        var start = new ProcessStartInfo("sh", ["-e", "-c", page]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["STRATA_DATA"] = Path.Combine(_folder, "data");
        start.Environment["PATH"] = $"{_folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        process.ExitCode.ShouldBe(0, await errors);
        output.ShouldContain("would remove 0 files (0 B)");
        output.ShouldContain("not in it: 1 file that the catalog only refers to");
        s3.Content.Objects.Keys.Where(o => o.Bucket == "fleet").ShouldAllBe(o => o.Key.StartsWith("catalogs/one/recordings/", StringComparison.Ordinal));
        Directory.GetFiles(Path.Combine(_folder, "backup", "recordings"), "*.rrd", SearchOption.AllDirectories).Length
            .ShouldBe(s3.Content.Objects.Keys.Count(o => o.Bucket == "fleet" && o.Key.EndsWith(".rrd", StringComparison.Ordinal)));
    }
}
