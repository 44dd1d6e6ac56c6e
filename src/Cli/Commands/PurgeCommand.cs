using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class PurgeCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by its id, or by its name, also one that it had once; refused where a name could mean another dataset's recording" };
    private readonly Argument<string> _segment = new("SEGMENT") { Description = "Whose recordings are erased, all layers that ever stood there" };
    private readonly Option<string> _reason = new("--reason") { Description = "Why; the log keeps it for ever", HelpName = "TEXT", Required = true };

    public PurgeCommand(CommandParts parts)
        : base(parts, "purge", "Erase what was recorded in a segment, for good: files, properties, indexes, also for the past and for pins", "purge my_robot episode_7 --reason \"the person in the picture asked for it\"")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_segment);
        Options.Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new PurgeRequest(context.Value(_dataset), context.Value(_segment), context.Value(_reason)!);
        await using var access = await context.OpenAsync(Roles.Registrar | Roles.Projections, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var purged = await access.Operations.RunAsync(PurgeOperation.Route, request, progress, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, purged, ApiJson.Default.PurgeResponse, cancellationToken);
            return ExitCodes.Done;
        }

        await context.Terminal.Out.WriteLineAsync(
            $"segment '{purged.Segment}' of dataset '{purged.Dataset}' ({purged.DatasetId}) is purged: {Cells.Count(purged.Layers.Count, "layer")}, {Cells.Count(purged.Files, "file")} and {Cells.Count(purged.Blobs, "blob")} are gone");
        if (purged.Leftover is { } leftover)
        {
            await context.Terminal.Out.WriteLineAsync($"not all is done: {leftover}");
        }

        if (purged.SharedFiles > 0)
        {
            await context.Terminal.Out.WriteLineAsync($"{Cells.Count(purged.SharedFiles, "file")} stay, since other segments hold the same bytes");
        }

        foreach (var reference in purged.References)
        {
            await context.Terminal.Error.WriteLineAsync($"not touched, since it lies outside of the data directory: {reference}");
        }

        foreach (var copy in purged.Quarantined)
        {
            await context.Terminal.Error.WriteLineAsync(
                $"left in quarantine, since only a person gives it up: a copy of the same recording from {copy.Path} ({Cells.Bytes(copy.SizeBytes)}). strata {context.DataOption}quarantine discard {QuarantineText.Short(copy.Id)}, and then the same purge, erases it");
        }

        return ExitCodes.Done;
    }
}
