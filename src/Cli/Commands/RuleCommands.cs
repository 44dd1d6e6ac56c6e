using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RuleListCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Option<bool> _all = new("--all") { Description = "Also rules that were retired" };

    public RuleListCommand(CommandParts parts)
        : base(parts, "list", "The rules of a dataset", "rule list my_robot")
    {
        Arguments.Add(_dataset);
        Options.Add(_all);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var list = await context.RunAsync(Roles.Reader, ListRulesOperation.Route, new ListRulesRequest(context.Value(_dataset), context.Value(_all)), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, list.Rules, ApiJson.Default.IReadOnlyListRuleListing, cancellationToken);
        }
        else if (list.Rules.Count == 0)
        {
            await EmptyAnswer.WriteAsync(context, $"dataset '{context.Value(_dataset)}' has no rules, so nothing is derived in it", $"rule suggest {ShellWord.Of(context.Value(_dataset))}", cancellationToken);
        }
        else
        {
            TableOutput.Write(
                context.Terminal,
                ["rule", "revision", "deriver", "inputs", "layer", "unit", "writes", "parameters"],
                list.Rules.Select(r => new[]
                {
                    r.RetiredAt is { } position ? $"{r.Rule} (retired at {position})" : r.Rule,
                    $"{r.Revision}",
                    r.Deriver,
                    $"[{string.Join(", ", r.Inputs)}]",
                    r.Layer,
                    r.Unit ?? "",
                    RuleText.Writes(r.Entities, r.Properties),
                    ReadableJson.Of(r.Parameters),
                }));
        }

        return ExitCodes.Done;
    }
}

internal sealed class RuleResumeCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _rule = new("RULE") { Description = "Rule by name" };
    private readonly Argument<string> _segment = new("SEGMENT") { Description = "Segment by id" };

    public RuleResumeCommand(CommandParts parts)
        : base(parts, "resume", "Let a rule work again on a segment on which it failed, or whose derived layer was unregistered", "rule resume my_robot quality episode_7")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_rule);
        Arguments.Add(_segment);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var access = await context.OpenAsync(Roles.Worker, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        var request = new ResumeRuleRequest(context.Value(_dataset), context.Value(_rule), context.Value(_segment), Wait: access.InProcess);
        var answer = await access.Operations.RunAsync(ResumeRuleOperation.Route, request, progress, cancellationToken);
        progress.Dispose();
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.ResumeRuleResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(answer.Resumed
                ? $"rule '{answer.Rule}' works on '{answer.Segment}' again"
                : $"nothing to resume: rule '{answer.Rule}' is neither suppressed for '{answer.Segment}' nor failed there; see strata {context.DataOption}why {ShellWord.Of(request.Dataset)} {ShellWord.Of(answer.Segment)}");
        }

        return ExitCodes.Done;
    }
}
