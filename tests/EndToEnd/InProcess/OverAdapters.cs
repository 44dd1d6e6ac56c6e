using Strata.Cli;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>Strata in the test's own process over each adapter of the log.</summary>
internal sealed class OverAdapters : IAsyncDisposable
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";

    private readonly PostgresDatabase? _database;

    private OverAdapters(StrataInProcess strata, PostgresDatabase? database) => (Strata, _database) = (strata, database);

    public StrataInProcess Strata { get; }

    public static async Task<OverAdapters> StartAsync(
        string adapter, PostgresServer server, Roles roles, Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? between = null, params (string Name, string Value)[] settings)
    {
        var database = adapter == Postgres ? await server.CreateDatabaseAsync() : null;
        (string, string)[] all = database is null ? settings : [.. settings, ("Strata:EventStore:ConnectionString", database.ConnectionString)];
        return new(await StrataInProcess.StartAsync(roles, folder: null, between, allowedRoots: null, all), database);
    }

    public async ValueTask DisposeAsync()
    {
        await Strata.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
