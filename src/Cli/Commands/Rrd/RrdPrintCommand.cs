using System.CommandLine;
using Strata.Rrd;

namespace Strata.Cli;

internal sealed class RrdPrintCommand : RrdReportCommand
{
    private readonly Option<bool> _more = new("-v") { Description = "-v: their columns, -vv: types and metadata, too, -vvv: the rows, too", Arity = ArgumentArity.Zero };
    private readonly Option<string?> _entity = new("--entity") { Description = "Only the chunks of this entity", HelpName = "PATH" };
    private readonly Option<bool> _transposed = RrdSwitch.Of("--transposed", "With -vvv a line for each column instead of one for each row");
    private readonly Option<bool> _fullMetadata = RrdSwitch.Of("--full-metadata", "With -vv the keys of metadata with their 'rerun:' before them");
    private readonly Option<bool> _migrate = RrdSwitch.Of("--migrate", "With -vv the chunks in today's form; false: as they are stored", isOn: true);
    private readonly Option<bool> _footers = RrdSwitch.Of("--footers", "The footers, too, behind the chunks");
    private readonly Option<int> _detail = new("--footers-lod")
    {
        Description = "0: what a footer says of each chunk, 1: with its times, 2: with the times of each component",
        HelpName = "0|1|2",
        DefaultValueFactory = _ => RrdFooterPrinter.ChunkColumns,
    };

    private readonly Option<bool> _continue = RrdSwitch.Of("--continue-on-error", "As always here: what cannot be read is told, and the rest is printed", isOn: true);

    public RrdPrintCommand(CommandParts parts)
        : base(parts, "print", "The chunks of a recording, one a line", "rrd print -v episode_7.rrd")
    {
        foreach (var option in new Option[] { _more, _entity, _transposed, _fullMetadata, _migrate, _footers, _detail, _continue })
        {
            Options.Add(option);
        }
    }

    protected override bool ReadsChunks => false;

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (!context.Value(_continue))
        {
            throw new UsageException("--continue-on-error: what cannot be read never ends this command; its exit code tells of it", "leave the option away");
        }

        return context.Value(_detail) is >= RrdFooterPrinter.ChunkColumns and <= RrdFooterPrinter.AllColumns
            ? base.RunAsync(context, cancellationToken)
            : throw new UsageException($"--footers-lod: expected 0, 1 or 2, found {context.Value(_detail)}", null);
    }

    protected override async Task PrintAsync(CommandContext context, IReadOnlyList<RrdReport> reports, CancellationToken cancellationToken)
    {
        var terminal = context.Terminal;
        var entity = context.Value(_entity) is { } path ? EntityPath.Parse(path).ToString() : null;
        var printer = new RrdChunkPrinter(terminal, context.Times(_more), context.Value(_transposed), context.Value(_fullMetadata), context.Value(_migrate));
        foreach (var report in reports)
        {
            await printer.PrintAsync(report, entity, cancellationToken);
            if (context.Value(_footers) && report.UsedFooter is { } used)
            {
                await RrdFooterPrinter.PrintAsync(terminal, report, used, context.Value(_detail), cancellationToken);
            }

            await PrintFindingsAsync(terminal, report.Path, report.Findings);
        }
    }
}
