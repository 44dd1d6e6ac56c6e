using Microsoft.Extensions.Logging.Abstractions;
using Strata.Contracts;
using Strata.EventStore.Postgres;
using Strata.EventStore.Sqlite;
using Strata.EventStore.Tests.Postgres;
using Strata.Servers;

namespace Strata.EventStore.Tests;

/// <summary>Logs that version 1 of the schema left behind open, read and grow: one recording was registered in each, and two layers were derived.</summary>
public sealed class KeptLogs(PostgresServer server)
{
    private static readonly string Logs = Path.Combine(AppContext.BaseDirectory, "Logs");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_SQLite_log_of_version_1_opens_reads_and_grows()
    {
        var folder = Directory.CreateTempSubdirectory("strata-kept-").FullName;
        try
        {
            File.Copy(Path.Combine(Logs, "version-1-sqlite.db"), Path.Combine(folder, "log.db"));
            await using var store = await SqliteEventStore.OpenAsync(folder, TimeProvider.System, NullLogger.Instance, Cancel);
            await ShouldReadAndGrowAsync(store);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_PostgreSQL_log_of_version_1_opens_reads_and_grows()
    {
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(Logs, "version-1-postgres.sql"), Cancel));
        await using var store = await PostgresStoreUnderTest.OpenAsync(database.ConnectionString, new PostgresEventStoreOptions());
        await ShouldReadAndGrowAsync(store);
    }

    private static async Task ShouldReadAndGrowAsync(IEventStore store)
    {
        var events = (await store.ReadAsync(0, 100, Cancel)).Events;
        events.Select(e => e.Type).ShouldBe(
            ["dataset_created", "rule_declared", "rule_declared", "dataset_created", "dataset_created", "layer_registered", "layer_registered", "derivation_done", "layer_registered", "derivation_done"]);
        var layers = events.Select(e => e.Event).OfType<LayerRegistered>().ToArray();
        layers.Select(l => l.Layer).ShouldBe(["base", "tracking_error", "quality"]);
        var blobs = layers.SelectMany(l => new[] { l.SchemaBlob, l.ChunkIndexBlob }).Distinct().ToArray();
        (await store.ReadBlobsAsync(blobs, Cancel)).Count.ShouldBe(blobs.Length);

        var known = events[^1];
        (await store.AppendAsync(new Append(known.CommandId, [], [], []), Cancel)).ShouldBeOfType<AppendResult.Known>().LastPosition.ShouldBe(10);
        var again = new Append("later", [new(known.StreamId, known.Version, [known.Event])], [], []);
        (await store.AppendAsync(again, Cancel)).ShouldBeOfType<AppendResult.Appended>().Positions.ShouldBe([11]);
        (await store.ReadStreamsAsync([known.StreamId], Cancel)).Single().Version.ShouldBe(known.Version + 1);
    }
}
