using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Conformance;
using Strata.Contracts;
using Strata.EventStore.Sqlite;

namespace Strata.EventStore.Tests;

/// <summary>The SQLite adapter in a folder of its own, with a decorator over any of its parts.</summary>
public sealed class SqliteStoreUnderTest : StoreUnderTest
{
    private readonly Breakage _breakage;
    private SqliteEventStore _store = null!;
    private IEventStore _events = null!;

    private SqliteStoreUnderTest(Breakage breakage) => _breakage = breakage;

    public override IEventStore Events => _events;

    public override IWorkClaims Claims => _breakage.Claims(_store);

    public override ILeases Leases => _breakage.Leases(_store);

    public override ILeasedPositions Positions => _breakage.Positions(_store);

    public override ILeasedStates States => _store;

    public override IHeartbeats Heartbeats => _breakage.Heartbeats(_store);

    public override ILogCopy Copy => _store;

    public override IBlobErasure Erasure => _store;

    public string Folder { get; } = Directory.CreateTempSubdirectory("strata-log-").FullName;

    public override string LogFile => Path.Combine(Folder, "log.db");

    public static Task<StoreUnderTest> CreateAsync() => CreateAsync(new Breakage());

    public static async Task<StoreUnderTest> CreateAsync(Breakage breakage)
    {
        var store = new SqliteStoreUnderTest(breakage);
        await store.OpenAsync();
        return store;
    }

    public override async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        await OpenAsync();
    }

    public override async Task FlipBitAsync(Sha256Digest blob)
    {
        await using var connection = new SqliteConnection($"Data Source={LogFile};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE strata_blobs SET content = $content WHERE hash = $hash";
        command.Parameters.AddWithValue("$hash", blob.ToBytes());
        var content = (await _store.ReadBlobsAsync([blob], TestContext.Current.CancellationToken))[blob].ToArray();
        content[content.Length / 2] ^= 1;
        command.Parameters.AddWithValue("$content", content);
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task OpenAsync()
    {
        _store = await SqliteEventStore.OpenAsync(Folder, Clock, NullLogger.Instance, TestContext.Current.CancellationToken);
        _events = _breakage.Events(_store, Clock);
    }
}

/// <summary>Decorators that break what a good adapter does; by default none.</summary>
public sealed record Breakage
{
    public Func<IEventStore, SettableClock, IEventStore> Events { get; init; } = (good, _) => good;

    public Func<IWorkClaims, IWorkClaims> Claims { get; init; } = good => good;

    public Func<ILeases, ILeases> Leases { get; init; } = good => good;

    public Func<ILeasedPositions, ILeasedPositions> Positions { get; init; } = good => good;

    public Func<IHeartbeats, IHeartbeats> Heartbeats { get; init; } = good => good;
}
