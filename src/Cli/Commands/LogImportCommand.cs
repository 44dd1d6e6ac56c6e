using System.Collections.Immutable;
using System.CommandLine;
using Strata.Contracts;

namespace Strata.Cli;

internal sealed class LogImportCommand : StrataCommand
{
    private readonly Argument<string> _file = LogFileArgument.New("A file that 'strata log export' wrote");

    public LogImportCommand(CommandParts parts)
        : base(parts, "import", "Fill a new data directory or database from an exported log; every table comes out the same", "log import strata-log.ndjson.gz --data new-data") => Arguments.Add(_file);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(context.Value(_file));
        using var taken = DataDirectoryLock.Take(context.Data);
        using var progress = new ProgressBar(context.Terminal);
        var summary = await ExportedLog.ImportAsync(path, context.Data, context.Settings, ImmutableHashSet<Sha256Digest>.Empty, progress, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, summary, CliJson.Default.LogFileSummary, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync($"{Cells.Count(summary.Events, "event")} up to position {summary.Position} imported; the tables are made from them when they are first asked for");
        }

        return ExitCodes.Done;
    }
}
