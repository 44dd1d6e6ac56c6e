using Strata.Rrd.Editing;

namespace Strata.Cli;

/// <summary>What editing came to.</summary>
/// <param name="Output">Null: standard output.</param>
internal sealed record RrdEditSummary(
    string? Output,
    IReadOnlyList<string> Inputs,
    long ChunksRead,
    long ChunksWritten,
    long DuplicateChunks,
    long EmptyChunks,
    long BytesRead,
    long BytesWritten,
    string? FooterLeftOut,
    IReadOnlyList<RrdInputFinding> Findings)
{
    public static RrdEditSummary Of(string? output, IReadOnlyList<RecordingInput> inputs, EditingReport report) => new(
        RrdOutput.IsStandardOutput(output) ? null : output,
        [.. inputs.Select(input => input.Name)],
        report.ChunksRead,
        report.ChunksWritten,
        report.DuplicateChunks,
        report.EmptyChunks,
        report.BytesRead,
        report.BytesWritten,
        report.FooterLeftOut,
        [.. report.Findings.Select(f => new RrdInputFinding(f.Input, f.Finding.Offset, f.Finding.Rule, f.Finding.Message, f.IsLoss))]);
}

internal sealed record RrdInputFinding(string Path, long Offset, string Rule, string Message, bool Lost);

/// <summary>Words go to stderr: stdout is the recording's.</summary>
internal static class RrdEditOutput
{
    public static async Task WriteAsync(CommandContext context, IReadOnlyList<RrdEditSummary> summaries, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, summaries, CliJson.Default.IReadOnlyListRrdEditSummary, cancellationToken);
            return;
        }

        foreach (var summary in summaries)
        {
            await WriteAsync(context.Terminal, summary);
        }
    }

    private static async Task WriteAsync(Terminal terminal, RrdEditSummary summary)
    {
        foreach (var finding in summary.Findings)
        {
            await terminal.Error.WriteLineAsync($"{finding.Path}: at byte {finding.Offset:N0}: [{finding.Rule}] {finding.Message}");
        }

        if (summary.FooterLeftOut is { } reason)
        {
            await terminal.Error.WriteLineAsync($"{summary.Output ?? "output"}: written without footer, since Rerun would refuse it: {reason}");
        }

        var left = new List<string>();
        Add(summary.DuplicateChunks, "duplicate");
        Add(summary.EmptyChunks, "empty one", "empty ones");
        await terminal.Error.WriteLineAsync(
            $"{summary.Output ?? "standard output"}: {Cells.Count(summary.ChunksWritten, "chunk")} of {Cells.Count(summary.ChunksRead, "chunk")} in {Cells.Count(summary.Inputs.Count, "file")}, "
            + $"{Cells.Bytes(summary.BytesRead)} → {Cells.Bytes(summary.BytesWritten)}{(left.Count == 0 ? "" : $"; left out: {string.Join(", ", left)}")}");

        void Add(long count, string singular, string? plural = null)
        {
            if (count > 0)
            {
                left.Add(Cells.Count(count, singular, plural));
            }
        }
    }
}
