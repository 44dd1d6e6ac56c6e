using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore.Sqlite;

namespace Strata.EventStore.Tests;

/// <summary>A process that appends to a file is killed without a warning, again and again on the same log.</summary>
public sealed class SqliteKilledWriter : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-log-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_kill_9_every_acknowledged_append_is_there_and_no_half_one()
    {
        await new KilledWriter(_folder).KillAgainAndAgainAsync(OpenAsync);

        await using var store = await OpenAsync();
        var events = (await store.ReadAsync(0, int.MaxValue, Cancel)).Events;
        events.Select((e, i) => e.Position - i).ShouldAllBe(difference => difference == 1);
        events.Zip(events.Skip(1)).ShouldAllBe(pair => pair.First.RecordedAtNs <= pair.Second.RecordedAtNs);
    }

    private Task<SqliteEventStore> OpenAsync() => SqliteEventStore.OpenAsync(_folder, TimeProvider.System, NullLogger.Instance, Cancel);
}
