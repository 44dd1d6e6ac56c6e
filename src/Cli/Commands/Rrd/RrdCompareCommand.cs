using System.CommandLine;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdCompareCommand : StrataCommand
{
    private readonly Argument<string> _left = new("FILE1") { Description = "A recording" };
    private readonly Argument<string> _right = new("FILE2") { Description = "Another one" };
    private readonly Option<bool> _unordered = new("--unordered") { Description = "The order of chunks does not count" };
    private readonly Option<string[]> _ignored = new("--ignore-timeline") { Description = "This timeline does not count; may be given again. log_time never does", HelpName = "NAME" };

    private readonly Option<bool> _dump = new("--full-dump") { Description = "All rows of both before the differences" };
    private readonly Option<bool> _withoutComponents = new("--ignore-chunks-without-components") { Description = "As always here: a chunk without components says nothing, and is not compared" };

    public RrdCompareCommand(CommandParts parts)
        : base(parts, "compare", "Whether two recordings say the same: exit code 0, or 1 and the differences", "rrd compare --unordered run_1.rrd copy.rrd")
    {
        Arguments.Add(_left);
        Arguments.Add(_right);
        Options.Add(_unordered);
        Options.Add(_ignored);
        Options.Add(_dump);
        Options.Add(_withoutComponents);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Json && context.Value(_dump))
        {
            throw new UsageException("--full-dump prints tables, and --json one document of the differences", "take one of them");
        }

        using var left = RrdFile.Open(context.Value(_left));
        using var right = RrdFile.Open(context.Value(_right));
        var options = new ComparisonOptions
        {
            Unordered = context.Value(_unordered),
            IgnoredTimelines = (context.Value(_ignored) ?? []).ToHashSet(StringComparer.Ordinal),
        };
        if (context.Value(_dump))
        {
            await DumpAsync(context.Terminal, [left, right], cancellationToken);
        }

        using var progress = new ProgressBar(context.Terminal);
        progress.Report(new("comparing", 0, 0));
        var differences = await RecordingComparison.RunAsync(await left.ReadAsync(cancellationToken), await right.ReadAsync(cancellationToken), options, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, differences, CliJson.Default.IReadOnlyListRecordingDifference, cancellationToken);
        }
        else
        {
            var shown = differences.Select(d => new ShownDifference(d.EntityPath is { } path ? $"{path}: {d.What}" : d.What, (left.Shown, d.Left), (right.Shown, d.Right)));
            await DifferenceOutput.WriteAsync(context.Terminal, [.. shown], cancellationToken);
        }

        return differences.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task DumpAsync(Terminal terminal, IReadOnlyList<RrdFile> files, CancellationToken cancellationToken)
    {
        var printer = new RrdChunkPrinter(terminal, RrdChunkPrinter.Data, transposed: false, fullMetadata: false, migrates: true);
        foreach (var file in files)
        {
            await printer.PrintAsync(await RrdReport.OfAsync(new FoundRecording(file.Shown, file.FullPath, ""), readChunks: false, cancellationToken), entity: null, cancellationToken);
        }
    }
}
