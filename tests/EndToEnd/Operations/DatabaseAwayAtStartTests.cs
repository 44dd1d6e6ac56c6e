using System.Diagnostics;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>Machines start in any order: a server whose database is not there yet says so and waits for it.</summary>
public sealed class DatabaseAwayAtStartTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const int Patience = 120_000;
    private const string Waits = "not serving yet:";

    private readonly string _data = Directory.CreateTempSubdirectory("strata-early-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact(Timeout = Patience)]
    public async Task A_server_that_starts_before_its_database_names_it_and_serves_once_it_answers()
    {
        Assert.SkipWhen(server.ControlAbsence is not null, server.ControlAbsence ?? "");
        await using var database = await server.CreateDatabaseAsync();
        await server.CrashAsync();
        using var process = Serve(database.ConnectionString);

        (await LineWithAsync(process, Waits)).ShouldContain("the database does not answer (Connection refused)");
        await server.StartAgainAsync();
        var said = await LineWithAsync(process, " serves ");

        said.ShouldContain("http://127.0.0.1:");
        await EndAsync(process);
    }

    [Fact(Timeout = Patience)]
    public async Task While_it_waits_it_can_be_told_to_stop()
    {
        using var process = Serve("Host=127.0.0.1;Port=1;Database=strata;Username=u");
        await LineWithAsync(process, Waits);

        await EndAsync(process);
    }

    [Fact(Timeout = Patience)]
    public async Task A_database_that_is_not_there_ends_the_start()
    {
        Assert.SkipWhen(server.ConnectionString is null, server.Absence);
        using var process = Serve(server.ConnectionString + ";Database=strata_of_nobody");

        (await LineWithAsync(process, "there is no such database")).ShouldContain("create it");
        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(1);
    }

    private Process Serve(string connectionString)
    {
        var start = StrataProgram.StartInfo(_data, "serve", "--listen", "127.0.0.1:0");
        start.Environment["Strata__EventStore__ConnectionString"] = connectionString;
        return Process.Start(start)!;
    }

    private static async Task<string> LineWithAsync(Process process, string words)
    {
        while (await process.StandardError.ReadLineAsync(Token) is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"it ended without a word of '{words}'");
    }

    private static async Task EndAsync(Process process)
    {
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(Token);
        }

        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(0);
    }
}
