using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdMergeCommand(CommandParts parts)
    : RrdEditCommand(parts, "merge", "Recordings in one file; those of one recording id become one. Old versions are brought to today's form", "rrd merge run_1.rrd run_2.rrd -o both.rrd")
{
    protected override string Stage => "merging";

    protected override Task<EditingReport> EditAsync(CommandContext context, IReadOnlyList<RecordingInput> inputs, Stream output, EditingOptions options, CancellationToken cancellationToken) =>
        RecordingMerge.RunAsync(inputs, output, options, cancellationToken);
}
