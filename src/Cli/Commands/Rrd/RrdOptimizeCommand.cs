using System.CommandLine;
using System.Globalization;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdOptimizeCommand : RrdEditCommand
{
    private const string ObjectStore = "object-store";
    private const string Live = "live";

    private readonly Argument<string[]> _files;
    private readonly Option<string> _profile = ChoiceOption.Of("--profile", "Sizes to begin with: larger chunks to query over a network, small ones for a live viewer", ObjectStore, Live);
    private readonly Option<string?> _maxSize = new("--max-size") { Description = "No chunk is made larger: 2MiB, 512KiB, 1MB [default: RERUN_CHUNK_MAX_BYTES, else the profile's]", HelpName = "SIZE" };
    private readonly Option<int?> _maxRows = new("--max-rows") { Description = "No chunk is given more rows [default: RERUN_CHUNK_MAX_ROWS, else the profile's]", HelpName = "ROWS" };
    private readonly Option<int?> _maxUnsorted = new("--max-rows-if-unsorted") { Description = "As --max-rows, where a timeline is not sorted [default: RERUN_CHUNK_MAX_ROWS_IF_UNSORTED, else the profile's]", HelpName = "ROWS" };

    private readonly Option<double?> _ratio = new("--split-size-ratio") { Description = "Archetypes of one chunk are parted where one is so many times as large as the next [default: the profile's: 10 for object-store, else never]", HelpName = "RATIO" };
    private readonly Option<int?> _passes = new("--num-pass") { Description = "More passes, of which Rerun's program needs up to 50: here one is made, whatever the number; run it again over its output for chunks just below the limits", HelpName = "N" };
    private readonly Option<bool> _noVideos = new("--no-rebatch-videos") { Description = "As always here: videos are not cut anew at their keyframes" };
    private readonly Option<bool> _keyframes = new("--fix-keyframe") { Description = "Not here: it needs a look into the videos", Hidden = true };

    public RrdOptimizeCommand(CommandParts parts)
        : base(parts, "optimize", "Join tiny chunks and split huge ones; of a folder every file by itself, into the same folders under -o", "rrd optimize run_1.rrd --max-size 2MiB -o fast.rrd")
    {
        _files = (Argument<string[]>)Arguments[0];
        foreach (var option in new Option[] { _profile, _maxSize, _maxRows, _maxUnsorted, _ratio, _passes, _noVideos, _keyframes })
        {
            Options.Add(option);
        }
    }

    protected override string Stage => "optimizing";

    protected override Task<EditingReport> EditAsync(CommandContext context, IReadOnlyList<RecordingInput> inputs, Stream output, EditingOptions options, CancellationToken cancellationToken) =>
        RecordingOptimizer.RunAsync(inputs, output, Limits(context), options, cancellationToken);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        _ = Limits(context);
        if (context.Value(_passes) is < 0 and var passes)
        {
            throw new UsageException($"--num-pass: expected a number of passes, found {passes}", null);
        }

        if (context.Value(_keyframes))
        {
            throw new UsageException("--fix-keyframe: keyframes are not looked for here, and what a recording says of them stays as it is", "rerun rrd optimize --fix-keyframe does that");
        }

        var folders = context.Value(_files).Where(Directory.Exists).ToList();
        return folders.Count == 0 ? await base.RunAsync(context, cancellationToken) : await MirrorAsync(context, folders, cancellationToken);
    }

    private async Task<int> MirrorAsync(CommandContext context, List<string> folders, CancellationToken cancellationToken)
    {
        if (folders.Count != context.Value(_files).Length || RrdOutput.IsStandardOutput(context.Value(Output)))
        {
            throw new UsageException("of a folder every file is optimized by itself, into the folder that -o names", "name folders alone, and a folder with -o");
        }

        var root = Path.GetFullPath(context.Value(Output)!);
        var summaries = new List<RrdEditSummary>();
        foreach (var folder in folders)
        {
            var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => RecordingPaths.HasExtension(file, ".rrd") || RecordingPaths.HasExtension(file, ".rbl")).Order(StringComparer.Ordinal).ToList();
            foreach (var file in files)
            {
                var target = Path.Combine(root, Path.GetRelativePath(folder, file));
                var inputs = RrdInputs.Of([file]);
                RrdOutput.Require(context, target, inputs.Files);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                summaries.Add(await RunAsync(context, inputs, target, cancellationToken));
            }
        }

        await RrdEditOutput.WriteAsync(context, summaries, cancellationToken);
        return ExitCodes.Done;
    }

    private CompactionLimits Limits(CommandContext context)
    {
        var profile = context.Value(_profile) == Live ? CompactionLimits.Live : CompactionLimits.ObjectStore;
        return new(
            Size(context.Value(_maxSize)) ?? Variable("RERUN_CHUNK_MAX_BYTES") ?? profile.MaxBytes,
            Rows(_maxRows, context.Value(_maxRows)) ?? (int?)Variable("RERUN_CHUNK_MAX_ROWS") ?? profile.MaxRows,
            Rows(_maxUnsorted, context.Value(_maxUnsorted)) ?? (int?)Variable("RERUN_CHUNK_MAX_ROWS_IF_UNSORTED") ?? profile.MaxRowsIfUnsorted)
        {
            SplitSizeRatio = Ratio(context.Value(_ratio)) ?? profile.SplitSizeRatio,
        };
    }

    private static double? Ratio(double? ratio) => ratio is null || (ratio >= 1 && double.IsFinite(ratio.Value)) ? ratio : throw new UsageException($"--split-size-ratio: expected a number of at least 1, found {ratio}", null);

    private static long? Size(string? text) => text is null ? null : SizeText.Parse("--max-size", text);

    private static int? Rows(Option option, int? rows) => rows is null or > 0 ? rows : throw new UsageException($"{option.Name}: expected at least 1, found {rows}", null);

    private static long? Variable(string name) => Environment.GetEnvironmentVariable(name) switch
    {
        null or "" => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= int.MaxValue => value,
        var text => throw new UsageException($"{name}: expected a positive number, found '{text}'", null),
    };
}
