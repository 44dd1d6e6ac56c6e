using System.Diagnostics;
using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>The same kills where the robot has no broker and publishes to the server.</summary>
public sealed class KilledRobotOverHttpTests : IAsyncLifetime
{
    private const int SizeBytes = 300_000;

    private readonly TestFolder _folder = new();
    private UploadServer _server = null!;

    public static TheoryData<string> Points => [.. Robot.Program.StepsOverHttp.SelectMany(step => new[] { step + ".before", step + ".after" })];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await UploadServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_robot_that_is_killed_and_run_again_has_published_once_in_effect(string point)
    {
        var file = _folder.WriteFile("episode.rrd", SizeBytes);

        (await RunAsync($"kill:{point}:1", file)).ShouldNotBe(0, "or it did not come to that point");
        (await RunAsync("none", file)).ShouldBe(0);

        _server.MessageIds.Distinct().ShouldHaveSingleItem("the same message, however often it was sent");
        _server.Whole.Keys.ShouldBe([Sha256Digest.FromBytes(SHA256.HashData(await File.ReadAllBytesAsync(file, Token))).Value]);
        using var spool = _folder.Open();
        var row = spool.List(all: true).ShouldHaveSingleItem();
        (row.State, row.Outcome, row.MessageId).ShouldBe((SpoolStates.Done, RecordingOutcomes.Accepted, _server.MessageIds.First()));
        _folder.HeldFiles.ShouldBeEmpty("what is registered is let go of");
    }

    private async Task<int> RunAsync(string order, string file)
    {
        using var robot = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Strata.Publishing.Robot.dll"), order, _folder.SpoolFolder, $"{_server.Address}", "-", "-", file]))!;
        await robot.WaitForExitAsync(Token);
        return robot.ExitCode;
    }
}
