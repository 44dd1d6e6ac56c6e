using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore;
using Strata.EventStore.Sqlite;
using Strata.Recordings;

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
        var temporary = Path.Combine(_folder, "recordings", "incoming", "x.tmp");
        await File.WriteAllBytesAsync(temporary, [4], Token);
        foreach (var path in new[] { named, orphan, temporary })
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-2));
        }

        var dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");
        var quarantined = new RecordingQuarantined(Sha256Digest.Of([9]), dataset, "file:///a.rrd", "base", kept[0].Kept, 1, "cut", "cut short", 0, new EventSource("cli", null));
        (await log.AppendAsync(new Append("quarantine", [new("quarantine-a", 0, [quarantined])], [], []), Token)).ShouldBeOfType<AppendResult.Appended>();
        using var sweep = new OrphanSweep(log, recordings, TimeProvider.System, NullLogger<OrphanSweep>.Instance);

        (await sweep.SweepAsync(Token)).ShouldBe(2);

        new[] { named, orphan, young, temporary }.Select(File.Exists).ShouldBe([true, false, true, false]);
    }

    private string PathOf(KeptFile file) => Path.Combine(_folder, file.Kept.Location);
}
