using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RuleRetireCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _rule = new("RULE") { Description = "Rule by name" };
    private readonly Option<bool> _removeLayers = new("--remove-layers") { Description = "Also unregister what it derived, and what was derived from that; the log keeps what was" };

    public RuleRetireCommand(CommandParts parts)
        : base(parts, "retire", "End a rule; what it derived stands, unless it is to be removed", "rule retire my_robot gaps")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_rule);
        Options.Add(_removeLayers);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var removes = context.Value(_removeLayers);
        await using var access = await context.OpenAsync(removes ? Roles.Worker : Roles.Registrar | Roles.Projections, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var request = new RetireRuleRequest(context.Value(_dataset), context.Value(_rule), removes, Wait: removes && access.InProcess);
        var answer = await access.Operations.RunAsync(RetireRuleOperation.Route, request, progress, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.RetireRuleResponse, cancellationToken);
            return ExitCodes.Done;
        }

        await context.Terminal.Out.WriteLineAsync(
            $"rule '{answer.Rule}' {(answer.Retired ? "is retired" : "was retired before")}; "
            + (removes ? $"{Cells.Count(answer.RemovedLayers, "layer")} unregistered" : "what it derived stands: --remove-layers unregisters it"));
        if (answer.Readers.Count > 0)
        {
            await context.Terminal.Out.WriteLineAsync(
                $"{string.Join(", ", answer.Readers.Select(r => $"'{r}'"))} read{(answer.Readers.Count == 1 ? "s" : "")} its layer, which nothing makes from now on: strata {context.DataOption}rule list {ShellWord.Of(request.Dataset)}");
        }

        return ExitCodes.Done;
    }
}
