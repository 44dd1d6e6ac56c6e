using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RuleTestCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _rule = new("RULE") { Description = "Rule by name; it need not stand" };
    private readonly Argument<string> _segment = new("SEGMENT") { Description = "Segment by id" };
    private readonly RuleOptions _told = new();

    public RuleTestCommand(CommandParts parts)
        : base(parts, "test", "Compute what a rule would derive of a segment, without registering or writing anything", "rule test my_robot tracking_error episode_7 --set joints=0..6")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_rule);
        Arguments.Add(_segment);
        _told.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var rule = await _told.ReadAsync(context, context.Value(_dataset), context.Value(_rule), cancellationToken);
        var request = new TestRuleRequest(rule.Dataset, rule.Rule, context.Value(_segment), rule.Deriver, rule.Inputs, rule.Layer, rule.Parameters, rule.Set, rule.Preset);
        var tested = await context.RunAsync(Roles.Reader, TestRuleOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, tested, ApiJson.Default.TestRuleResponse, cancellationToken);
        }
        else
        {
            await TrialOutput.WriteAsync(context, tested);
        }

        return ExitCodes.Done;
    }
}
