using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RuleSuppressCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _rule = new("RULE") { Description = "Rule by name" };
    private readonly Argument<string> _segment = new("SEGMENT") { Description = "Segment by id" };
    private readonly Option<string> _reason = new("--reason") { Description = "For whoever asks why", Required = true, HelpName = "WORDS" };

    public RuleSuppressCommand(CommandParts parts)
        : base(parts, "suppress", "Tell a rule to leave a segment alone until it is resumed or an input changes; a layer that stands there stays", "rule suppress my_robot quality episode_7 --reason calibration")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_rule);
        Arguments.Add(_segment);
        Options.Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new SuppressRuleRequest(context.Value(_dataset), context.Value(_rule), context.Value(_segment), context.Value(_reason)!);
        var answer = await context.RunAsync(Roles.Registrar | Roles.Projections, SuppressRuleOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.SuppressRuleResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(answer.Suppressed
                ? $"rule '{answer.Rule}' leaves '{answer.Segment}' alone from now on"
                : $"rule '{answer.Rule}' leaves '{answer.Segment}' alone already");
        }

        return ExitCodes.Done;
    }
}

internal sealed class RuleAdoptCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _segment = new("SEGMENT") { Description = "Segment by id" };
    private readonly Argument<string> _layer = new("LAYER") { Description = "Layer that somebody registered" };

    public RuleAdoptCommand(CommandParts parts)
        : base(parts, "adopt", "Give the name of a given layer back to the rule that writes it: the given one is unregistered, and the rule derives", "rule adopt my_robot episode_7 tracking_error")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_segment);
        Arguments.Add(_layer);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var access = await context.OpenAsync(Roles.Worker, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var request = new AdoptLayerRequest(context.Value(_dataset), context.Value(_segment), context.Value(_layer), Wait: access.InProcess);
        var answer = await access.Operations.RunAsync(AdoptLayerOperation.Route, request, progress, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.AdoptLayerResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(answer.Adopted
                ? $"layer '{answer.Layer}' of '{answer.Segment}' is rule '{answer.Rule}'s from now on; the given one is unregistered"
                : $"layer '{answer.Layer}' of '{answer.Segment}' is rule '{answer.Rule}'s already");
        }

        return ExitCodes.Done;
    }
}
