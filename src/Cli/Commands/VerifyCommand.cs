using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class VerifyCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string?> _segment = new("SEGMENT") { Description = "Only this segment", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string?> _layer = new("LAYER") { Description = "Only this layer", Arity = ArgumentArity.ZeroOrOne };

    public VerifyCommand(CommandParts parts)
        : base(parts, "verify", "Compare the kept recordings with the log, and derived layers with a new derivation; exit 1 when one differs", "verify my_robot")
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
            await context.Terminal.Out.WriteLineAsync($"{Cells.Count(report.Checked, "layer")} checked, {report.Equal} equal, {report.Different.Count} different");
            var differences = report.Different.Select(d => new ShownDifference($"segment {d.Segment}, layer {d.Layer}, {d.What}", ("expected", d.Expected), ("found", d.Found)));
            await DifferenceOutput.WriteAsync(context.Terminal, [.. differences], cancellationToken);
        }

        return report.Different.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }
}
