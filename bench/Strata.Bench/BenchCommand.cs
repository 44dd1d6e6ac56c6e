namespace Strata.Bench;

/// <summary>The program behind <c>bench/run</c>.</summary>
internal static class BenchCommand
{
    private const string Usage = "usage: bench/run [all|codec|replay|log|asof|registration|derivation|restart|client|uploads|verify|rrd|fleet|backfill|report] [--quick] [--runs N] [--out FOLDER] [--filter GLOB]";

    private static readonly string[] All = ["codec", "replay", "log", "asof", "registration", "derivation", "restart", "client", "uploads", "verify", "rrd"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = BenchOptions.Parse(arguments);
        if (options is null)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        if (options.What == "report")
        {
            await Report.PrintAsync(options.ResultsFolder, Console.Out);
            return 0;
        }

        string[] wanted = options.What == "all" ? All : [options.What];
        var worst = 0;
        foreach (var what in wanted)
        {
            Console.Error.WriteLine($"== {what} (load {Machine.LoadAverage():0.0})");
            using var results = new ResultFile(
                Path.Combine(options.ResultsFolder, $"{what}.jsonl"), Machine.Describe(Path.GetTempPath(), options.Quick, await Peer.VersionAsync()));
            try
            {
                worst = Math.Max(worst, await MeasureAsync(what, options, results));
            }
            catch (Exception e) when (e is InvalidOperationException or HttpRequestException)
            {
                // The other measurements do not depend on this one.
                Console.Error.WriteLine($"{what} was not finished: {e.Message}");
                worst = 1;
            }
        }

        TemporaryFolder.DeleteAll();
        await Report.PrintAsync(options.ResultsFolder, Console.Out);
        return worst;
    }

    private static async Task<int> MeasureAsync(string what, BenchOptions options, ResultFile results)
    {
        switch (what)
        {
            case "codec":
                return MicroBenchmarks.Run(options.Filters, options.Quick, results);
            case "replay":
                await ReplayMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "log":
                await LogMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "asof":
                await AsOfMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "registration":
                await RegistrationMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "derivation":
                await DerivationMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "restart":
                await RestartMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "client":
                await ClientMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "uploads":
                await UploadMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "verify":
                await VerifyMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "rrd":
                await RrdMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "fleet":
                await FleetMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            case "backfill":
                await RuleBackfillMeasurement.RunAsync(options, results, CancellationToken.None);
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }
}

/// <param name="Runs">Of each comparison.</param>
/// <param name="Filters">Of BenchmarkDotNet; empty: all.</param>
internal sealed record BenchOptions(string What, bool Quick, int Runs, string ResultsFolder, IReadOnlyList<string> Filters)
{
    private const int UsualRuns = 5;
    private const int QuickRuns = 2;

    /// <returns>Null when the line cannot be understood.</returns>
    public static BenchOptions? Parse(string[] arguments)
    {
        var options = new BenchOptions("all", false, 0, Path.Combine("bench", "results"), []);
        for (var i = 0; i < arguments.Length; i++)
        {
            var hasValue = i + 1 < arguments.Length;
            switch (arguments[i])
            {
                case "--quick":
                    options = options with { Quick = true };
                    break;
                case "--runs" when hasValue && int.TryParse(arguments[i + 1], out var runs) && runs > 0:
                    options = options with { Runs = runs };
                    i++;
                    break;
                case "--out" when hasValue:
                    options = options with { ResultsFolder = arguments[++i] };
                    break;
                case "--filter" when hasValue:
                    options = options with { Filters = [.. options.Filters, arguments[++i]] };
                    break;
                case ['-', ..]:
                    return null;
                default:
                    options = options with { What = arguments[i] };
                    break;
            }
        }

        return options.Runs > 0 ? options : options with { Runs = options.Quick ? QuickRuns : UsualRuns };
    }
}
