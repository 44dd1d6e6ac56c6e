using System.Diagnostics;
using System.Security.Cryptography;
using Strata.Bus.Tests;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>
/// A real process that is killed (SIGKILL) before and after each thing it asks of disk, spool, server and broker, and in the middle of an upload; then it is run again, as a
/// service manager would. In effect the recording arrives once: one message id, one whole file, one row.
/// </summary>
public sealed class KilledRobotTests(RabbitMqBroker rabbit) : IAsyncLifetime
{
    private const int SizeBytes = 300_000;

    private readonly TestFolder _folder = new();
    private UploadServer _uploads = null!;
    private ServerSide _server = null!;

    public static TheoryData<string> Points => [.. Robot.Program.Steps.SelectMany(step => new[] { step + ".before", step + ".after" })];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(rabbit.Address is null, rabbit.Absence);
        _uploads = await UploadServer.StartAsync();
        _server = await ServerSide.ConnectAsync(rabbit.Address!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            await _uploads.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_robot_that_is_killed_and_run_again_has_published_once_in_effect(string point)
    {
        var file = _folder.WriteFile("episode.rrd", SizeBytes);
        await using var answering = Answering();

        (await RunAsync($"kill:{point}:1", file)).ShouldNotBe(0, "or it did not come to that point");
        (await RunAsync("none", file)).ShouldBe(0);

        await ArrivedOnceAsync(file, answering);
    }

    [Fact]
    public async Task A_robot_that_is_killed_in_the_middle_of_an_upload_goes_on_from_there()
    {
        var file = _folder.WriteFile("episode.rrd", 2_000_000);
        await using var answering = Answering();
        Process? robot = null;
        var isKilled = new TaskCompletionSource();
        _uploads.BreakAfter = 1_000_000;
        _uploads.AtBreak = () =>
        {
            robot!.Kill();
            isKilled.SetResult();
        };

        robot = Start("none", file);
        await isKilled.Task.WaitAsync(Token);
        await robot.WaitForExitAsync(Token);
        robot.Dispose();
        (await RunAsync("none", file)).ShouldBe(0);

        _uploads.Requests.Last(r => r.StartsWith("PUT", StringComparison.Ordinal)).ShouldNotStartWith("PUT bytes 0-");
        await ArrivedOnceAsync(file, answering);
    }

    private async Task ArrivedOnceAsync(string file, AnsweringServer answering)
    {
        await answering.DisposeAsync();
        var hash = Sha256Digest.FromBytes(SHA256.HashData(await File.ReadAllBytesAsync(file, Token)));
        answering.MessageIds.ShouldHaveSingleItem("the same message, however often it was sent");
        _uploads.Whole.Keys.ShouldBe([hash.Value]);
        using var spool = _folder.Open();
        var row = spool.List(all: true).ShouldHaveSingleItem();
        (row.State, row.Outcome, row.MessageId).ShouldBe((SpoolStates.Done, RecordingOutcomes.Accepted, answering.MessageIds.Single()));
        _folder.HeldFiles.ShouldBeEmpty("what is registered is let go of");
        File.Exists(file).ShouldBeTrue("the original is its owner's");
    }

    private async Task<int> RunAsync(string order, string file)
    {
        using var robot = Start(order, file);
        await robot.WaitForExitAsync(Token);
        return robot.ExitCode;
    }

    private Process Start(string order, string file) => Process.Start(new ProcessStartInfo(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "Strata.Publishing.Robot.dll"), order, _folder.SpoolFolder, $"{_uploads.Address}", $"{rabbit.Address}", _server.Prefix, file]))!;

    private AnsweringServer Answering() => new(_server);
}
