using System.Diagnostics;
using Strata.Contracts;

namespace Strata.EventStore.Tests;

/// <summary>A process that appends is killed without a warning, again and again on the same log.</summary>
/// <param name="log">The folder or the connection string that the process is given.</param>
internal sealed class KilledWriter(string log)
{
    private const int Kills = 6;
    private const int EventsEach = 7;

    private readonly Dictionary<string, long> _acknowledged = new(StringComparer.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="open">Opens the log as a restart does.</param>
    public async Task KillAgainAndAgainAsync<T>(Func<Task<T>> open)
        where T : IEventStore, IAsyncDisposable
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            await AppendUntilKilledAsync(acknowledgements: 20 + (kill * 37));
            await using var store = await open();
            await ShouldBeWholeAsync(store);
        }
    }

    private async Task AppendUntilKilledAsync(int acknowledgements)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Strata.Crash.Writer.dll");
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [program, log])
        {
            RedirectStandardOutput = true,
        }).ShouldNotBeNull();

        // The writers do not stop while this counts: the kill falls into the middle of whatever they are doing.
        for (var seen = 0; await process.StandardOutput.ReadLineAsync(Cancel) is { } line; seen++)
        {
            if (seen == acknowledgements)
            {
                process.Kill();
            }

            if (line.Split(' ') is [{ Length: 32 } command, var position])
            {
                _acknowledged.Add(command, long.Parse(position, System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        await process.WaitForExitAsync(Cancel);
    }

    private async Task ShouldBeWholeAsync(IEventStore store)
    {
        var events = (await store.ReadAsync(0, int.MaxValue, Cancel)).Events;
        events.Zip(events.Skip(1)).ShouldAllBe(pair => pair.First.Position < pair.Second.Position);

        var appends = events.GroupBy(e => e.CommandId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        appends.Values.ShouldAllBe(append => append.Length == EventsEach);
        _acknowledged.ShouldAllBe(a => appends[a.Key].Last().Position == a.Value);

        (await store.ReadGuardsAsync("commands", Cancel)).Select(g => g.Key).ShouldBe(appends.Keys.Order(StringComparer.Ordinal));
        var blobs = await store.ReadBlobsAsync([.. appends.Keys.Select(command => Sha256Digest.Of(Convert.FromHexString(command)))], Cancel);
        blobs.Count.ShouldBe(appends.Count);
    }
}
