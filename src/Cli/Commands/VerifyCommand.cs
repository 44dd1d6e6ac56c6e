using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class VerifyCommand : StrataCommand
{
    /// <summary>Most of what is found is a sentence with a path in it, which is to be read to its end; only values of rows get longer.</summary>
    private const int ReasonExcerpt = 2_000;

    /// <summary>Nobody types more; a script takes them from <c>--json</c>.</summary>
    private const int MostAdvised = 20;

    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string?> _segment = new("SEGMENT") { Description = "Only this segment", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string?> _layer = new("LAYER") { Description = "Only this layer", Arity = ArgumentArity.ZeroOrOne };

    public VerifyCommand(CommandParts parts)
        : base(parts, "verify", "Read kept recordings wholly and compare them with the log, and derived layers with a new derivation; exit 1 when one differs", "verify my_robot")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_segment);
        Arguments.Add(_layer);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new VerifyRequest(context.Value(_dataset), context.Value(_segment), context.Value(_layer));
        var report = await context.RunAsync(Roles.Reader, VerifyOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, report, ApiJson.Default.VerifyResponse, cancellationToken);
        }
        else
        {
            await PrintAsync(context.Terminal, report, cancellationToken);
            await AdviseAsync(context, report);
        }

        return report.Different.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task PrintAsync(Terminal terminal, VerifyResponse report, CancellationToken cancellationToken)
    {
        await terminal.Out.WriteLineAsync($"{Cells.Count(report.Checked, "layer")} checked, {report.Equal} equal, {report.Different.Count} different");
        foreach (var (layers, words) in new[]
        {
            (report.EqualBytes, "equal bytes"),
            (report.EqualContent, "equal content, made by another version"),
            (report.EqualReference, "equal as far as it is recorded: files that are only referred to, without a SHA-256"),
        })
        {
            if (layers > 0)
            {
                await terminal.Out.WriteLineAsync($"  {Cells.Count(layers, "layer")}: {words}");
            }
        }

        foreach (var versions in report.OtherVersions.CountBy(o => o.Versions).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            await terminal.Out.WriteLineAsync($"  {Cells.Count(versions.Value, "layer")} with equal content: {versions.Key}");
        }

        await PurgedSince.WriteAsync(terminal, report.Purged);
        var differences = report.Different.Select(d => new ShownDifference(WhereOf(d), ("expected", d.Expected), ("found", d.Found)));
        await DifferenceOutput.WriteAsync(terminal, [.. differences], cancellationToken, ReasonExcerpt);
        await terminal.Error.WriteLineAsync($"read {Cells.Bytes(report.ReadBytes)} in {Cells.Duration(TimeSpan.FromSeconds(report.Seconds))}: {Cells.Bytes((long)(report.ReadBytes / report.Seconds))}/s");
    }

    /// <summary>Inputs first: what is derived again is derived from them.</summary>
    private static async Task AdviseAsync(CommandContext context, VerifyResponse report)
    {
        var error = context.Terminal.Error;
        var mending = report.Different.Where(d => d.Next.Count > 0).OrderBy(d => d.Next.Count).ToList();
        if (mending.Count > 0)
        {
            await error.WriteLineAsync("what mends the files, in this order (PATH: the recording that was registered, whole), unless a backup has them whole:");
        }

        foreach (var command in mending.Take(MostAdvised).SelectMany(d => d.Next))
        {
            await error.WriteLineAsync($"  strata {context.DataOption}{command}");
        }

        if (mending.Count > MostAdvised)
        {
            await error.WriteLineAsync($"{Cells.Count(mending.Count - MostAdvised, "more file")} with --json (next)");
        }
    }

    private static string WhereOf(VerifyDifference difference)
    {
        string?[] parts =
        [
            $"segment {difference.Segment}, layer {difference.Layer}, {difference.What}",
            difference.File is { } file ? $"file {file}" : null,
            difference.Place,
            difference.Versions is { } versions ? $"it was {versions}" : null,
        ];
        return string.Join("; ", parts.OfType<string>());
    }
}
