using Strata.Crash.Life;
using Strata.Servers;

namespace Strata.Crash.Tests;

/// <summary>Kills lives over one kind of log, and judges each against a life without faults over the same kind.</summary>
internal sealed class Adapter(PostgresServer? server)
{
    public const string Sqlite = "SQLite";
    public const string Postgres = "PostgreSQL";

    private Account? _reference;

    public string Name => server is null ? Sqlite : Postgres;

    /// <summary>How often a whole life passes each point.</summary>
    public IReadOnlyDictionary<string, int> Passed { get; private set; } = new Dictionary<string, int>();

    public static async Task<Adapter> StartAsync(PostgresServer? server)
    {
        var adapter = new Adapter(server);
        await adapter.WithAsync(async life =>
        {
            var (killed, lines) = await life.WorkAsync("none");
            killed.ShouldBeFalse();
            adapter.Passed = LifeProcess.Passed(lines);
            adapter._reference = await life.RecoverAsync();
            return true;
        });
        return adapter;
    }

    /// <returns>Null when this life never came to that occurrence: nothing was killed.</returns>
    public Task<Verdict?> KillAsync(Kill kill) => WithAsync(async life =>
    {
        var (killed, lines) = await life.WorkAsync($"kill:{kill.Point}:{kill.Occurrence}");
        return killed ? await Verdict.OfAsync(lines, await life.RecoverAsync(), _reference!, life.Folder) : null;
    });

    private async Task<T> WithAsync<T>(Func<LifeProcess, Task<T>> live)
    {
        var folder = Directory.CreateTempSubdirectory("strata-crash-").FullName;
        try
        {
            if (server is null)
            {
                return await live(new LifeProcess(folder, database: null));
            }

            await using var database = await server.CreateDatabaseAsync();
            return await live(new LifeProcess(folder, database.ConnectionString.Replace("Pooling=False", "Pooling=True", StringComparison.OrdinalIgnoreCase)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
