using System.CommandLine;

namespace Strata.Cli;

internal sealed class LogExportCommand : StrataCommand
{
    private readonly Argument<string> _file = LogFileArgument.New("Where to; with the ending .gz compressed");

    public LogExportCommand(CommandParts parts)
        : base(parts, "export", "The whole log with its blobs as one file of lines, while the server serves; recordings are not in it", "log export strata-log.ndjson.gz") => Arguments.Add(_file);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(context.Value(_file));
        await using var access = await context.OpenAsync(Roles.None, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var summary = await ExportedLog.WriteAsync(path, access.Log, progress, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, summary, CliJson.Default.LogFileSummary, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync($"{Cells.Count(summary.Events, "event")} up to position {summary.Position} in {path} ({Cells.Bytes(new FileInfo(path).Length)})");
        }

        return ExitCodes.Done;
    }
}

/// <summary>What <c>strata log export|import --json</c> print.</summary>
internal sealed record LogFileSummary(long Position, long Events, long Records);

internal static class LogFileArgument
{
    public static Argument<string> New(string description) => new("FILE") { Description = description };
}
