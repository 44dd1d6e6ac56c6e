using System.CommandLine;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdFilterCommand : RrdEditCommand
{
    private readonly Option<string[]> _timelines = new("--drop-timeline") { Description = "Without this timeline; may be given again", HelpName = "NAME" };
    private readonly Option<string[]> _entities = new("--drop-entity") { Description = "Without this entity, or with /camera/** all below it, too; may be given again", HelpName = "PATH" };

    public RrdFilterCommand(CommandParts parts)
        : base(parts, "filter", "Recordings without some of their timelines and entities; chunks are not joined or split", "rrd filter run_1.rrd --drop-timeline log_tick --drop-entity /camera/** -o small.rrd")
    {
        Options.Add(_timelines);
        Options.Add(_entities);
    }

    protected override string Stage => "filtering";

    protected override Task<EditingReport> EditAsync(CommandContext context, IReadOnlyList<RecordingInput> inputs, Stream output, EditingOptions options, CancellationToken cancellationToken)
    {
        var rules = new FilterRules((context.Value(_timelines) ?? []).ToHashSet(StringComparer.Ordinal), context.Value(_entities) ?? []);
        return RecordingFilter.RunAsync(inputs, output, rules, options, cancellationToken);
    }
}
