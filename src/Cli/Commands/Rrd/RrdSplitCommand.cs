using System.CommandLine;
using System.Globalization;
using Strata.Rrd;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdSplitCommand : StrataCommand
{
    private readonly Argument<string?> _file = new("FILE") { Description = "A recording; standard input when it is not named, or -", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _folder = new("--output-dir", "-o") { Description = "Where the parts go", HelpName = "FOLDER", Required = true };
    private readonly Option<string> _timeline = new("--timeline") { Description = "What to cut on", HelpName = "NAME", Required = true };
    private readonly Option<string[]> _times = new("--time", "-t") { Description = "Cut before this value: a number (nanoseconds, where the timeline has a unit), 2026-11-22T10:00:00Z on a timeline of times, 1.5s on one of durations; may be given again", HelpName = "VALUE" };
    private readonly Option<int?> _parts = new("--num-parts", "-n") { Description = "Cut into so many parts of the same length", HelpName = "N" };
    private readonly Option<string?> _recording = new("--recording") { Description = "Which one, where the file holds several recordings", HelpName = "ID" };
    private readonly Option<string?> _prefix = new("--recording-id") { Description = "The parts are called this and their number [default: the recording's id and -]", HelpName = "PREFIX" };
    private readonly Option<bool> _drop = new("--drop-unused-timelines") { Description = "Without the other timelines" };

    public RrdSplitCommand(CommandParts parts)
        : base(parts, "split", "One recording as several, cut on a timeline; each begins with what was there before it", "rrd split run_1.rrd --timeline frame --time 100 --time 200 -o parts/")
    {
        Arguments.Add(_file);
        foreach (var option in new Option[] { _folder, _timeline, _times, _parts, _recording, _prefix, _drop })
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var times = context.Value(_times) ?? [];
        if (times.Length > 0 == context.Value(_parts) is not null)
        {
            throw new UsageException(times.Length > 0 ? "expected --time or --num-parts, found both" : "expected --time or --num-parts, found none", null);
        }

        using var file = await RrdFile.OpenAsync(context.Value(_file), cancellationToken);
        var reader = await file.ReadAsync(cancellationToken);
        var store = RrdFaults.Recording(file.Shown, reader, context.Value(_recording));
        var plan = Plan(context, store, times);
        var split = new RecordingSplit(reader, store, plan, new SplitOptions(context.Value(_prefix) ?? store.Id.RecordingId + "-", context.Value(_drop)));
        Directory.CreateDirectory(context.Value(_folder)!);
        var lines = new List<RrdSplitLine>();
        using (var progress = new ProgressBar(context.Terminal))
        {
            for (var part = 0; part < plan.Parts; part++)
            {
                progress.Report(new("splitting", part, plan.Parts));
                lines.Add(await WriteAsync(context, file, split, plan, part, cancellationToken));
            }
        }

        await PrintAsync(context, file, split, lines, cancellationToken);
        return ExitCodes.Done;
    }

    private SplitPlan Plan(CommandContext context, RrdStore store, string[] times)
    {
        var timeline = context.Value(_timeline)!;
        var kind = store.Manifest.Timelines.FirstOrDefault(t => t.Timeline == timeline)?.Kind;
        try
        {
            return context.Value(_parts) is { } parts
                ? SplitPlan.IntoParts(store, timeline, parts)
                : SplitPlan.At(store, timeline, [.. times.Select(time => IndexValues.Parse("--time", time, kind))]);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e is ArgumentOutOfRangeException ? "--num-parts: expected at least 1" : e.Message.Split(" (Parameter")[0], null);
        }
    }

    private async Task<RrdSplitLine> WriteAsync(CommandContext context, RrdFile file, RecordingSplit split, SplitPlan plan, int part, CancellationToken cancellationToken)
    {
        var stem = file.Shown == "standard input" ? "part" : Path.GetFileNameWithoutExtension(file.Shown);
        var (start, end) = plan.Range(part);
        var (first, last) = (part == 0 ? Math.Min(plan.First, end ?? plan.First) : start, end ?? Math.Max(start, plan.Last == long.MaxValue ? plan.Last : plan.Last + 1));
        var path = Path.Combine(context.Value(_folder)!, $"{stem}_{Word(plan.Kind, first)}__{Word(plan.Kind, last)}.rrd");
        RrdOutput.Require(context, path, [new FoundRecording(file.Shown, file.FullPath, "")]);
        try
        {
            var written = await RrdOutput.WriteAsync(path, stream => split.WriteAsync(part, stream, WriterProfile.V1, cancellationToken), cancellationToken);
            return new(path, written.RecordingId, start, end, written.Chunks, written.Rows, written.CarriedRows, written.FooterLeftOut);
        }
        catch (RrdFormatException e)
        {
            throw RrdFaults.Of(file.Shown, e);
        }
    }

    private static async Task PrintAsync(CommandContext context, RrdFile file, RecordingSplit split, List<RrdSplitLine> lines, CancellationToken cancellationToken)
    {
        if (split.LeftOut.Count > 0)
        {
            await context.Terminal.Error.WriteLineAsync(
                $"{file.Shown}: {Cells.Count(split.LeftOut.Count, "chunk")} with {Cells.Count(split.LeftOut.Sum(entry => entry.NumRows), "row")} without the timeline are in no part: {string.Join(", ", split.LeftOut.Select(entry => entry.EntityPath).Distinct().Take(10))}");
        }

        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, lines, CliJson.Default.IReadOnlyListRrdSplitLine, cancellationToken);
            return;
        }

        TableOutput.Write(
            context.Terminal,
            ["file", "recording id", "chunks", "rows", "carried"],
            lines.Select(line => new[] { line.Path, line.RecordingId, $"{line.Chunks}", $"{line.Rows}", $"{line.CarriedRows}" }));
    }

    /// <summary>As Rerun names the parts: <c>10</c>, <c>1_2s</c>, <c>2025-06-15T15_06_41_2Z</c>.</summary>
    internal static string Word(TimelineKind kind, long value) => kind switch
    {
        TimelineKind.Sequence => value.ToString(CultureInfo.InvariantCulture),
        TimelineKind.Duration => value == 0 ? "0ns" : $"{value / 1_000_000_000}{Fraction(Math.Abs(value % 1_000_000_000))}s",
        _ => $"{DateTimeOffset.UnixEpoch.AddSeconds(Seconds(value)).ToString("yyyy-MM-dd'T'HH'_'mm'_'ss", CultureInfo.InvariantCulture)}{Fraction(value - (Seconds(value) * 1_000_000_000))}Z",
    };

    private static long Seconds(long nanoseconds) => (nanoseconds / 1_000_000_000) - (nanoseconds % 1_000_000_000 < 0 ? 1 : 0);

    private static string Fraction(long nanoseconds) => nanoseconds == 0 ? "" : $"_{nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}";
}

/// <param name="Start">The first value of the part; the smallest there is: without beginning.</param>
/// <param name="End">The first value behind it; null: without end.</param>
internal sealed record RrdSplitLine(string Path, string RecordingId, long Start, long? End, long Chunks, long Rows, long CarriedRows, string? FooterLeftOut);
