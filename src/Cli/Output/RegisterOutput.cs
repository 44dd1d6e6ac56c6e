using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What came of each recording, as a table or JSON, and the summary.</summary>
internal static class RegisterOutput
{
    private const int LeastForPaths = 12;

    /// <summary>Of four columns: a border and two spaces each, and one border at the end.</summary>
    private const int Borders = 13;

    public static async Task WriteAsync(
        CommandContext context, string dataset, IReadOnlyList<RegisterLine> lines, RegisterResponse? response, TimeSpan took, CancellationToken cancellationToken, string? passedOver = null)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, lines, CliJson.Default.IReadOnlyListRegisterLine, cancellationToken);
        }
        else
        {
            var room = RoomForPaths(context.Terminal, lines);
            TableOutput.Write(
                context.Terminal,
                ["recording", "segment", "layer", "status"],
                lines.Select(l => new[] { Cells.EndOf(l.Path, room), l.Segment ?? "", l.Layer, l.Status }));
            // Reasons are sentences: in a column of the table they would push everything else out of sight.
            foreach (var line in lines.Where(l => l.Reason is not null))
            {
                await context.Terminal.Out.WriteLineAsync($"{(line.Path.Length == 0 ? "''" : line.Path)}: {line.Reason}".AsMemory(), cancellationToken);
            }
        }

        await RegisterSummary.WriteAsync(context.Terminal, context.DataOption, dataset, lines, response, took, passedOver);
    }

    /// <summary>The end of a path tells more than its beginning: that is what gives way on a narrow terminal.</summary>
    private static int RoomForPaths(Terminal terminal, IReadOnlyList<RegisterLine> lines)
    {
        if (!terminal.OutIsTerminal)
        {
            return int.MaxValue;
        }

        var others = Widest("segment", lines.Select(l => l.Segment ?? "")) + Widest("layer", lines.Select(l => l.Layer)) + Widest("status", lines.Select(l => l.Status));
        return Math.Max(LeastForPaths, terminal.Width - others - Borders);
    }

    private static int Widest(string header, IEnumerable<string> cells) => cells.Append(header).Max(c => c.Length);

    public static int ExitCode(IEnumerable<RegisterLine> lines) =>
        lines.Any(l => l.Status is RegistrationStatus.Quarantined or RegistrationStatus.Failed) ? ExitCodes.Failed : ExitCodes.Done;
}

/// <summary>One object of <c>strata register --json</c>. Source: DESIGN §12.</summary>
internal sealed record RegisterLine(
    string Path, string? Segment, string Layer, string Status, long? Position, string? Reason, long? Offset, string? QuarantineId, YieldedCount? Yielded)
{
    public static RegisterLine Of(RegisteredLine line, string path, RegisterResponse response) => new(
        path, line.Segment, line.Layer, line.Status, line.Position, line.Reason, line.Offset, line.QuarantineId, YieldedCount.Of(line, response));
}

/// <summary>How many derived layers gave way to the schema of a recording, and in how many segments.</summary>
internal sealed record YieldedCount(int Layers, int Segments)
{
    public static YieldedCount? Of(RegisteredLine line, RegisterResponse response) =>
        line.Status is RegistrationStatus.Registered or RegistrationStatus.Replaced
        && response.Yielded.FirstOrDefault(y => y.Segment == line.Segment && y.Layer == line.Layer) is { } yielded
            ? new(yielded.Layers, yielded.Segments)
            : null;
}
