using System.Text.Json.Serialization;
using Strata.Contracts;
using Strata.Publishing;

namespace Strata.Cli;

/// <summary>One object of the commands of a robot with <c>--json</c>.</summary>
internal sealed record SpoolLine(
    long? Id,
    string? MessageId,
    string Path,
    string Robot,
    string Dataset,
    string Layer,
    string State,
    string? Outcome,
    string? Reason,
    bool NeedsPerson,
    string? Segment,
    long? Position,
    string? QuarantineId,
    long? SizeBytes,
    string? Sha256,
    bool Cut,
    long? SpooledAtNs)
{
    /// <summary>State of what did not get into the spool.</summary>
    public const string Refused = "refused";

    public static SpoolLine Of(SpooledRecording r, string path) => new(
        r.Id, r.MessageId, path, r.Robot, r.Dataset, r.Layer, r.State, r.Outcome, r.Reason, r.NeedsPerson, r.AnsweredSegment ?? r.SegmentId, r.Position, r.QuarantineId?.Value, r.SizeBytes, r.Sha256?.Value, r.Cut, r.SpooledAtNs);

    public static SpoolLine OfRefused(string path, string robot, string dataset, string layer, string reason) =>
        new(null, null, path, robot, dataset, layer, Refused, null, reason, true, null, null, null, null, null, false, null);

    [JsonIgnore]
    public bool IsBad => State == Refused || NeedsPerson || Outcome == RecordingOutcomes.Quarantined;
}

internal static class SpoolOutput
{
    public static async Task WriteAsync(CommandContext context, IReadOnlyList<SpoolLine> lines, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, lines, CliJson.Default.IReadOnlyListSpoolLine, cancellationToken);
            return;
        }

        TableOutput.Write(
            context.Terminal,
            ["id", "recording", "robot", "dataset", "size", "state", "answer", "segment"],
            lines.Select(l => new[] { $"{l.Id}", l.Path, l.Robot, l.Dataset, l.SizeBytes is { } size ? Cells.Bytes(size) : "", l.Cut ? $"{l.State} (cut)" : l.State, l.Outcome ?? "", l.Segment ?? "" }));
        // Reasons are sentences: in a column of the table they would push everything else out of sight.
        foreach (var line in lines.Where(l => l.Reason is not null))
        {
            await context.Terminal.Out.WriteLineAsync($"{(line.Id is { } id ? $"{id}: " : "")}{line.Path}: {line.Reason!.ReplaceLineEndings(" ")}".AsMemory(), cancellationToken);
        }
    }

    /// <summary>How it stands in one line, and what to do next.</summary>
    /// <param name="spoolOption">What a suggested command needs to reach the same spool.</param>
    public static Task SummarizeAsync(CommandContext context, IReadOnlyList<SpoolLine> lines, string spoolOption)
    {
        var counts = lines.GroupBy(l => l.Outcome ?? l.State).Select(g => $"{g.Count()} {g.Key}");
        var next = lines switch
        {
            _ when lines.Any(l => l.Outcome == RecordingOutcomes.Quarantined) => "; next: strata quarantine list at the server says why; with the cause away: strata spool retry" + spoolOption,
            _ when lines.Any(l => l.NeedsPerson && l.Id is not null) => "; next: what the reason says, then strata spool retry" + spoolOption,
            _ when lines.Any(l => l.State is SpoolStates.Spooled or SpoolStates.Uploaded) => "; they are safe in the spool; next: strata spool retry" + spoolOption + " sends them, strata watch does so by itself",
            _ when lines.Any(l => l is { State: SpoolStates.Published, Reason: not null }) => "; what became of them is not known; next: give the user the permission that the reason names, then publish --wait-answer again, or strata spool retry" + spoolOption,
            _ when lines.Any(l => l.State == SpoolStates.Published) => "; their answers come with the next run: strata spool list" + spoolOption,
            _ => "",
        };
        return context.Terminal.Error.WriteLineAsync($"{Cells.Count(lines.Count, "recording")}: {string.Join(", ", counts)}{next}");
    }
}
