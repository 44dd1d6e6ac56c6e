using System.CommandLine;
using System.Globalization;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class BackfillCommand : StrataCommand
{
    private const string PerSecond = "/s";

    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _rule = new("RULE") { Description = "Rule by name" };
    private readonly Option<string?> _where = new("--where") { Description = "Only segments for which this holds when it begins, as in 'strata segments --where'", HelpName = "EXPR" };
    private readonly Option<string?> _rate = new("--rate") { Description = "So many segments a second at most [default: as fast as new recordings leave room]", HelpName = "N/s" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only count the segments that need it" };
    private readonly Option<bool> _force = new("--force") { Description = "Also where this very revision and version of the deriver decided already" };
    private readonly Option<bool> _wait = new("--wait") { Description = "Wait until it is over" };

    public BackfillCommand(CommandParts parts)
        : base(
            parts,
            "backfill",
            "Apply a rule to segments that were registered before it, or before its latest revision or deriver version",
            "backfill my_robot tracking_error --where \"property:quality:tracking_good = false\" --rate 20/s")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_rule);
        Options.Add(_where);
        Options.Add(_rate);
        Options.Add(_dryRun);
        Options.Add(_force);
        Options.Add(_wait);
        Subcommands.Add(new BackfillListCommand(parts));
        Subcommands.Add(new BackfillShowCommand(parts));
        Subcommands.Add(new BackfillSteerCommand(parts, "pause", "Admit no more segments; what is admitted is finished"));
        Subcommands.Add(new BackfillSteerCommand(parts, "resume", "Go on with a paused back-fill"));
        Subcommands.Add(new BackfillSteerCommand(parts, "cancel", "End a back-fill; what it derived stands"));
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var dryRun = context.Value(_dryRun);
        var rate = context.Value(_rate) is { } text ? Rate(text) : (int?)null;
        await using var access = await context.OpenAsync(dryRun ? Roles.Reader : Roles.Worker, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var request = new StartBackfillRequest(
            context.Value(_dataset), context.Value(_rule), context.Value(_where), rate, context.Value(_force), dryRun, Wait: context.Value(_wait) || access.InProcess);
        var answer = await access.Operations.RunAsync(StartBackfillOperation.Route, request, progress, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.StartBackfillResponse, cancellationToken);
        }
        else
        {
            await WriteAsync(context, request, answer);
        }

        return BackfillText.ExitCode(answer.Backfill);
    }

    private static async Task WriteAsync(CommandContext context, StartBackfillRequest request, StartBackfillResponse answer)
    {
        var rule = $"rule '{answer.Rule}' revision {answer.Revision} ({answer.Deriver} {answer.DeriverVersion})";
        if (answer.Segments == 0)
        {
            await context.Terminal.Out.WriteLineAsync($"nothing to do: no segment{(request.Where is null ? "" : " for which that holds")} needs {rule}; what it came to: strata {context.DataOption}derivations {ShellWord.Of(request.Dataset)} --rule {ShellWord.Of(answer.Rule)}");
            return;
        }

        var causes = new[]
        {
            (answer.NeverDecided, "on which it never decided"),
            (answer.OtherRevision, "on which an older revision did"),
            (answer.OtherDeriverVersion, "on which another version of the deriver did"),
            (answer.Asked, "on which it decided already"),
        };
        await context.Terminal.Out.WriteLineAsync(
            $"{Cells.Count(answer.Segments, "segment")} {(answer.Segments == 1 ? "needs" : "need")} {rule}: {string.Join(", ", causes.Where(c => c.Item1 > 0).Select(c => $"{BackfillText.Number(c.Item1)} {c.Item2}"))}");
        if (answer.Backfill is { } backfill)
        {
            await BackfillText.WriteAsync(context, backfill);
        }
    }

    private static int Rate(string text) =>
        int.TryParse(text.EndsWith(PerSecond, StringComparison.Ordinal) ? text[..^PerSecond.Length] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate > 0
            ? rate
            : throw new UsageException($"--rate: expected a whole number of segments a second, found '{text}'", "--rate 20/s");
}
