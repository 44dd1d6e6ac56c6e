using Microsoft.Extensions.Logging.Abstractions;
using Strata.Conformance;
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

    public string Folder { get; } = Directory.CreateTempSubdirectory("strata-log-").FullName;

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
}
