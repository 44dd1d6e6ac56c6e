using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Strata.Crash.Life;

namespace Strata.Crash.Tests;

/// <summary>One data directory and the processes that live over it, one after the other.</summary>
/// <param name="database">Of PostgreSQL; null: the log is SQLite's, in the folder.</param>
internal sealed class LifeProcess(string folder, string? database)
{
    /// <summary>Far above the seconds that a life takes: who is not done by then never will be.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public string Folder => folder;

    /// <summary>Ends with true when the process killed itself where it was ordered to.</summary>
    public async Task<(bool Killed, IReadOnlyList<string> Lines)> WorkAsync(string order)
    {
        var (code, lines, error) = await RunAsync(["work", folder, order, .. Recordings]);
        const int SigKill = 128 + 9;
        (code is 0 or SigKill).ShouldBeTrue($"{order}: ended with {code}: {error}");
        return (code == SigKill, lines);
    }

    public async Task<Account> RecoverAsync() => (await OutliveAsync()).Stands;

    /// <summary>A life that nobody ordered to die, and whatever it meets outside of itself.</summary>
    public async Task<(IReadOnlyList<string> Lines, Account Stands)> OutliveAsync()
    {
        var (code, lines, error) = await RunAsync(["recover", folder, .. Recordings]);
        code.ShouldBe(0, error);
        return (lines, JsonSerializer.Deserialize<Account>(lines[^1])!);
    }

    public static IReadOnlyDictionary<string, int> Passed(IEnumerable<string> lines) => lines.Select(line => line.Split(' ')).Where(words => words[0] == "passed")
        .ToDictionary(words => words[1], words => int.Parse(words[2], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    private static string[] Recordings => [.. Directory.GetFiles(Path.Combine(Repository.Root, "samples", "sample_5"), "*.rrd").Order(StringComparer.Ordinal)];

    private async Task<(int Code, IReadOnlyList<string> Lines, string Error)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Strata.Crash.Life.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("Strata__EventStore__ConnectionString");
        if (database is not null)
        {
            start.Environment["Strata__EventStore__ConnectionString"] = database;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
