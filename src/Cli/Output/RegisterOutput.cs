using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What came of each recording, as a table or JSON, and the summary.</summary>
internal static class RegisterOutput
{
    public static async Task WriteAsync(
        CommandContext context, string dataset, IReadOnlyList<RegisterLine> lines, RegisterResponse? response, TimeSpan took, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, lines, CliJson.Default.IReadOnlyListRegisterLine, cancellationToken);
        }
        else
        {
            TableOutput.Write(
                context.Terminal,
                ["path", "segment", "layer", "status", "reason"],
                lines.Select(l => new[] { l.Path, l.Segment ?? "", l.Layer, l.Status, l.Reason ?? "" }));
        }

        await RegisterSummary.WriteAsync(context.Terminal, dataset, lines, response, took);
    }

    public static int ExitCode(IEnumerable<RegisterLine> lines) =>
        lines.Any(l => l.Status is RegistrationStatus.Quarantined or RegistrationStatus.Failed) ? ExitCodes.Failed : ExitCodes.Done;
}

/// <summary>One object of <c>strata register --json</c>. Source: DESIGN §12.</summary>
internal sealed record RegisterLine(
    string Path, string? Segment, string Layer, string Status, long? Position, string? Reason, long? Offset, string? QuarantineId);
