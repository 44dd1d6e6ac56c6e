using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore.Sqlite;

namespace Strata.EventStore.Tests;

/// <summary>A process that appends is killed without a warning, again and again on the same log.</summary>
public sealed class KilledWriter : IDisposable
{
    private const int Kills = 6;
    private const int EventsEach = 7;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-log-").FullName;
    private readonly Dictionary<string, long> _acknowledged = new(StringComparer.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_kill_9_every_acknowledged_append_is_there_and_no_half_one()
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            await AppendUntilKilledAsync(acknowledgements: 20 + (kill * 37));
            await ShouldBeWholeAsync();
        }
    }

    private async Task AppendUntilKilledAsync(int acknowledgements)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Strata.Crash.Writer.dll");
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [program, _folder])
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

    private async Task ShouldBeWholeAsync()
    {
        await using var store = await SqliteEventStore.OpenAsync(_folder, TimeProvider.System, NullLogger.Instance, Cancel);
        var events = (await store.ReadAsync(0, int.MaxValue, Cancel)).Events;
        events.Select((e, i) => e.Position - i).ShouldAllBe(difference => difference == 1);
        events.Zip(events.Skip(1)).ShouldAllBe(pair => pair.First.RecordedAtNs <= pair.Second.RecordedAtNs);

        var appends = events.GroupBy(e => e.CommandId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        appends.Values.ShouldAllBe(append => append.Length == EventsEach);
        _acknowledged.ShouldAllBe(a => appends[a.Key].Last().Position == a.Value);

        (await store.ReadGuardsAsync("commands", Cancel)).Select(g => g.Key).ShouldBe(appends.Keys.Order(StringComparer.Ordinal));
        var blobs = await store.ReadBlobsAsync([.. appends.Keys.Select(command => Sha256Digest.Of(Convert.FromHexString(command)))], Cancel);
        blobs.Count.ShouldBe(appends.Count);
    }
}
