using System.CommandLine;
using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RebuildCommand : StrataCommand
{
    private readonly Option<bool> _verify = new("--verify") { Description = "Compare only; exit 1 when something differs" };

    private readonly Option<bool> _dropOld = new("--drop-old") { Description = "Only remove the tables that were in use before the last rebuild" };

    public RebuildCommand(CommandParts parts)
        : base(parts, "rebuild", "Make every table anew from the log, and compare", "rebuild --verify")
    {
        Options.Add(_verify);
        Options.Add(_dropOld);
        Validators.Add(result =>
        {
            if (result.GetValue(_verify) && result.GetValue(_dropOld))
            {
                result.AddError("--verify changes nothing and --drop-old only removes: one of them");
            }
        });
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Value(_dropOld))
        {
            return await DropOldAsync(context, cancellationToken);
        }

        var verify = context.Value(_verify);
        // Without the role that folds: going on from a broken checkpoint would fail before anything is compared.
        var report = await context.RunAsync(Roles.None, RebuildOperation.Route, new RebuildRequest(verify), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, report, ApiJson.Default.RebuildResponse, cancellationToken);
        }
        else
        {
            await WriteAsync(context.Terminal, report, verify, cancellationToken);
        }

        return verify && report.Differences.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task<int> DropOldAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var answer = await context.RunAsync(Roles.None, DropOldGenerationsOperation.Route, new DropOldGenerationsRequest(), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.DropOldGenerationsResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(answer.Dropped.Count == 0
                ? "there are no tables but those in use"
                : $"removed generation {string.Join(", ", answer.Dropped.Select(g => $"{g.Number} of {g.Projection}"))} ({Cells.Bytes(answer.Dropped.Sum(g => g.SizeBytes))})");
        }

        return ExitCodes.Done;
    }

    private static async Task WriteAsync(Terminal terminal, RebuildResponse report, bool verify, CancellationToken cancellationToken)
    {
        await terminal.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"replayed {Cells.Count(report.Events, "event")} in {report.Seconds:N2} s ({report.EventsPerSecond:N0}/s)"));
        if (report.ResumedFrom > 0)
        {
            await terminal.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"went on from position {report.ResumedFrom:N0}, where the last rebuild was cut"));
        }

        if (report.KeptGeneration is { } kept)
        {
            await terminal.Error.WriteLineAsync($"generation {kept.ToString(CultureInfo.InvariantCulture)} is kept until the next rebuild; 'strata rebuild --drop-old' removes it");
        }

        if (report.Differences.Count == 0)
        {
            await terminal.Out.WriteLineAsync(verify ? "every row of every table is as the log says" : "the new tables equal the old ones and are in use");
            return;
        }

        await terminal.Out.WriteLineAsync($"{Cells.Count(report.Differences.Count, "difference")}{(verify ? "; 'strata rebuild' mends them" : "; the new tables are in use")}:");
        var differences = report.Differences.Select(d => new ShownDifference(
            $"table {d.Table}, row {d.Key}{(d.Column is { } column ? $", column {column}" : "")}", ("was", d.Live ?? "(absent)"), ("log says", d.Replayed ?? "(absent)")));
        await DifferenceOutput.WriteAsync(terminal, [.. differences], cancellationToken);
    }
}
