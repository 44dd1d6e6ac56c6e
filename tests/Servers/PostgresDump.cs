using System.Diagnostics;
using Npgsql;

namespace Strata.Servers;

/// <summary><c>pg_dump</c> of a database.</summary>
public static class PostgresDump
{
    public static string Absence => "no pg_dump: install the package postgresql-client-15";

    public static async Task<string> RunAsync(PostgresDatabase database, params string[] arguments)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var start = new ProcessStartInfo(PostgresServer.Dump!, ["--no-owner", "--no-privileges", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PGHOST"] = settings.Host, ["PGPORT"] = $"{settings.Port}", ["PGUSER"] = settings.Username, ["PGPASSWORD"] = settings.Password, ["PGDATABASE"] = settings.Database,
            },
        };
        using var dump = Process.Start(start)!;
        var error = dump.StandardError.ReadToEndAsync();
        var script = await dump.StandardOutput.ReadToEndAsync();
        await dump.WaitForExitAsync();
        return dump.ExitCode == 0 ? script : throw new InvalidOperationException($"pg_dump ended with {dump.ExitCode}: {await error}");
    }
}
