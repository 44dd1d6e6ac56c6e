using System.CommandLine;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdMigrateCommand : StrataCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Recordings, folders or globs", Arity = ArgumentArity.OneOrMore };

    public RrdMigrateCommand(CommandParts parts)
        : base(parts, "migrate", "Bring recordings of old versions to today's form, in place; run.rrd is kept as run.backup.rrd", "rrd migrate old/*.rrd") => Arguments.Add(_files);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var expansion = RrdInputs.Expand(context.Value(_files));
        var summaries = new List<RrdEditSummary>();
        var failures = 0;
        foreach (var file in expansion.Found.Where(file => !Path.GetFileNameWithoutExtension(file.FullPath).EndsWith(".backup", StringComparison.Ordinal)))
        {
            try
            {
                using var progress = new ProgressBar(context.Terminal);
                var options = new EditingOptions { BytesRead = new RrdProgress(progress, "migrating", new FileInfo(file.FullPath).Length) };
                var migrated = await RecordingMigration.RunAsync(file.FullPath, options, cancellationToken);
                if (migrated.Report is { } report)
                {
                    summaries.Add(RrdEditSummary.Of(file.Shown, [RecordingInput.OfFile(file.Shown, file.FullPath)], report));
                }
                else
                {
                    await context.Terminal.Error.WriteLineAsync($"{file.Shown}: left alone, since {migrated.Backup} is there: it was migrated before");
                }
            }
            catch (RecordingInputException e)
            {
                failures++;
                await context.Terminal.Error.WriteLineAsync($"{file.Shown}: at byte {e.Fault.Offset:N0}: expected {e.Fault.Expected}, found {e.Fault.Found}; it stays as it is");
            }
        }

        await RrdEditOutput.WriteAsync(context, summaries, cancellationToken);
        foreach (var refused in expansion.Refused)
        {
            await context.Terminal.Error.WriteLineAsync($"{refused.Shown}: {refused.Reason}");
        }

        return failures + expansion.Refused.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }
}
