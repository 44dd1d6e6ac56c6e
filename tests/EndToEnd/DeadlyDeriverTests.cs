using System.Diagnostics;
using Strata.Cli;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>A derivation that takes its process with it, in a real process. Source: DESIGN rule 8.</summary>
public sealed class DeadlyDeriverTests : IDisposable
{
    private const int Attempts = 5;
    private const int Innocent = 4;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-deadly-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Rule_8_work_that_kills_its_process_is_failed_after_five_attempts_and_takes_no_other_segment_with_it()
    {
        var deadly = Samples.Segments[1];
        var deaths = 0;
        while (await DiesAsync(deadly))
        {
            deaths++;
            deaths.ShouldBeLessThanOrEqualTo(Attempts);
        }

        deaths.ShouldBe(Attempts);
        await using var strata = await StrataInProcess.StartAsync(Roles.Projections, _data);
        var events = (await strata.EventsAsync()).Select(e => e.Event).ToList();
        var failed = events.OfType<DerivationFailed>().ShouldHaveSingleItem();
        (failed.Segment, failed.Rule, failed.Reason).ShouldBe((deadly, "tracking_error", FailureReasons.TooManyAttempts));
        failed.Detail.ShouldContain($"the {Attempts} before it gave no answer");
        events.OfType<DerivationDone>().Select(d => d.Rule).Order().ShouldBe([.. Enumerable.Repeat("quality", Innocent), .. Enumerable.Repeat("tracking_error", Innocent)]);
        events.OfType<LayerRegistered>().Count(l => l.Segment == deadly).ShouldBe(1);
    }

    private async Task<bool> DiesAsync(string segment)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Strata.Crash.Deriver.dll"), _data, segment, .. Samples.Files])
        {
            RedirectStandardError = true,
        })!;
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        error.ShouldBeEmpty();
        return process.ExitCode != 0;
    }
}
