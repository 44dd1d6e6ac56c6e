using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Cli.Tests;

public sealed class OrphanSweepTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-orphans-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Old_files_that_no_event_names_are_removed_and_named_or_young_ones_stay()
    {
        await using var log = await SqliteEventStore.OpenAsync(_folder, TimeProvider.System, NullLogger.Instance, Token);
        var recordings = new LocalRecordingStore(new LocalRecordingStoreOptions(_folder, [], null));
        var kept = await recordings.WriteAllAsync([new byte[] { 1 }, new byte[] { 2 }, new byte[] { 3 }], Token);
        var (named, orphan, young) = (PathOf(kept[0]), PathOf(kept[1]), PathOf(kept[2]));
        var temporary = Path.Combine(_folder, "recordings", "00", $"{Guid.CreateVersion7():N}.tmp");
        Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
        await File.WriteAllBytesAsync(temporary, [4], Token);
        foreach (var path in new[] { named, orphan, temporary })
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-2));
        }

        var dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");
        await QuarantineAsync(log, dataset, kept[0].Kept);
        var sweep = Sweep(log, recordings, TimeProvider.System);

        (await sweep.SweepAsync(Token)).Files.Length.ShouldBe(2);

        new[] { named, orphan, young, temporary }.Select(File.Exists).ShouldBe([true, false, true, false]);
    }

    [Fact]
    public async Task Rule_15_an_orphan_is_invisible_and_is_collected_after_24_hours_and_not_before()
    {
        var clock = new SteppedClock();
        await using var log = await SqliteEventStore.OpenAsync(_folder, clock, NullLogger.Instance, Token);
        var recordings = new LocalRecordingStore(new LocalRecordingStoreOptions(_folder, [], null));
        var kept = await recordings.WriteAllAsync([new byte[] { 1 }, new byte[] { 2 }], Token);
        var dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");
        await QuarantineAsync(log, dataset, kept[0].Kept);
        var sweep = Sweep(log, recordings, clock);
        (await log.ReadAsync(0, 100, Token)).Events.Length.ShouldBe(1, "no event names the other one");

        clock.Advance(TimeSpan.FromHours(23.9));
        (await sweep.SweepAsync(Token)).Files.Length.ShouldBe(0);
        File.Exists(PathOf(kept[1])).ShouldBeTrue();

        clock.Advance(TimeSpan.FromHours(0.2));
        (await sweep.SweepAsync(Token)).Files.Length.ShouldBe(1);
        (File.Exists(PathOf(kept[0])), File.Exists(PathOf(kept[1]))).ShouldBe((true, false));

        clock.Advance(TimeSpan.FromDays(1_000));
        (await sweep.SweepAsync(Token)).Files.Length.ShouldBe(0, "what an event names stays for ever");
    }

    private static async Task QuarantineAsync(SqliteEventStore log, DatasetId dataset, KeptBytes kept)
    {
        var quarantined = new RecordingQuarantined(Sha256Digest.Of([9]), dataset, "file:///a.rrd", "base", kept, 1, "cut", "cut short", 0, new EventSource("cli", null));
        (await log.AppendAsync(new Append("quarantine", [new("quarantine-a", 0, [quarantined])], [], []), Token)).ShouldBeOfType<AppendResult.Appended>();
    }

    private static ContentCollector Sweep(SqliteEventStore log, LocalRecordingStore recordings, TimeProvider clock) =>
        new(log, recordings, () => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);

    private string PathOf(KeptFile file) => Path.Combine(_folder, file.Kept.Location);

    /// <summary>Starts with the clock of the files, and moves when told.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UtcNow;

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
