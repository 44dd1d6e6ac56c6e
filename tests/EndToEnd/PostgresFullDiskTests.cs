using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>With the log in PostgreSQL two disks can be full: that of the data directory, with recordings and tables, and that of the database.</summary>
public sealed class PostgresFullDiskTests(PostgresServer server) : IClassFixture<PostgresServer>, IAsyncLifetime
{
    private const string Dataset = "arms";

    private readonly SmallDisk _disk = new();
    private readonly DirectoryInfo _elsewhere = Directory.CreateTempSubdirectory("strata-full-data-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(server.ControlAbsence is not null, server.ControlAbsence ?? "");
        await _disk.MountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _disk.DisposeAsync();
        _elsewhere.Delete(recursive: true);
    }

    /// <param name="roomBytes">What is left when the recordings come.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(700_000)]
    public async Task With_room_again_on_the_disk_of_the_data_directory_everything_is_there_once(long roomBytes)
    {
        await using var database = await server.CreateDatabaseAsync();
        await RegisterOnFullDiskAsync(Path.Combine(_disk.Root, "data"), database, roomBytes);
    }

    /// <param name="roomBytes">What is left when the recordings come.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task With_room_again_on_the_disk_of_the_database_everything_is_there_once(long roomBytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_disk.Root, "database")).FullName;
        using (var chown = Process.Start("chown", ["postgres:postgres", folder]))
        {
            await chown.WaitForExitAsync(Token);
        }

        await using var database = await server.CreateDatabaseAsync(folder);
        await RegisterOnFullDiskAsync(_elsewhere.FullName, database, roomBytes);
    }

    [Fact]
    public async Task While_the_disk_of_the_database_is_full_the_server_is_not_healthy_and_no_other_disk_is_blamed()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_disk.Root, "database")).FullName;
        using (var chown = Process.Start("chown", ["postgres:postgres", folder]))
        {
            await chown.WaitForExitAsync(Token);
        }

        var data = _elsewhere.FullName;
        await using var database = await server.CreateDatabaseAsync(folder);
        await using var serving = await StrataServerProcess.StartAsync(data, new Dictionary<string, string> { ["Strata__EventStore__ConnectionString"] = database.PooledConnectionString });
        await StrataProgram.JsonAsync(data, 0, "dataset", "create", Dataset, "--rules", "howto");
        using var http = new HttpClient { BaseAddress = serving.Url };
        (await http.GetAsync("/health", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await _disk.FillAsync(0);

        var refused = await StrataProgram.RunAsync(data, ["register", .. Samples.Files, "--dataset", Dataset, "--wait"]);

        refused.Code.ShouldNotBe(0, "or the disk was not full");
        (refused.Out + refused.Error).ShouldContain("the server's disk is full");
        (refused.Out + refused.Error).ShouldNotContain("the data directory");
        var health = await http.GetAsync("/health", Token);
        health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await health.Content.ReadAsStringAsync(Token)).ShouldContain("nothing can be registered: ");
        (await StrataProgram.RunAsync(data, "doctor")).Out.ShouldContain("nothing can be registered: ");

        _disk.Free();
        await StrataProgram.JsonAsync(data, 0, ["register", .. Samples.Files, "--dataset", Dataset, "--wait"]);
        (await http.GetAsync("/health", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await serving.TerminateAsync()).ShouldBe(0);
    }

    private async Task RegisterOnFullDiskAsync(string data, PostgresDatabase database, long roomBytes)
    {
        await using var serving = await StrataServerProcess.StartAsync(
            data, new Dictionary<string, string> { ["Strata__EventStore__ConnectionString"] = database.PooledConnectionString, ["Strata__Workers__SweepEvery"] = "00:00:01" });
        await StrataProgram.JsonAsync(data, 0, "dataset", "create", Dataset, "--rules", "howto");
        await _disk.FillAsync(roomBytes);

        var refused = await StrataProgram.RunAsync(data, ["register", .. Samples.Files, "--dataset", Dataset, "--keep", "copy", "--wait", "--json"]);
        (refused.Out + refused.Error).ShouldNotContain("   at ");
        refused.Code.ShouldNotBe(0, "or the disk was not full");
        (refused.Out + refused.Error).ShouldMatch("(?i)no space|no room|full");

        _disk.Free();
        await StrataProgram.JsonAsync(data, 0, ["register", .. Samples.Files, "--dataset", Dataset, "--keep", "copy", "--wait"]);

        var manifest = (await StrataProgram.JsonAsync(data, 0, "manifest", Dataset)).EnumerateArray().Select(LayerOf).ToList();
        manifest.ShouldBe(Samples.Segments.SelectMany(s => new[] { (s, "base"), (s, "quality"), (s, "tracking_error") }), ignoreOrder: true);
        (await StrataProgram.RunAsync(data, "verify", Dataset)).Code.ShouldBe(0);
        (await StrataProgram.RunAsync(data, "rebuild", "--verify")).Code.ShouldBe(0);
        Directory.EnumerateFiles(data, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
        (await serving.TerminateAsync()).ShouldBe(0);
    }

    private static (string Segment, string Layer) LayerOf(JsonElement row) => (row.GetProperty("rerun_segment_id").GetString()!, row.GetProperty("rerun_layer_name").GetString()!);
}
