using System.CommandLine;
using System.Globalization;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RuleShowCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _rule = new("RULE") { Description = "Rule by name" };

    public RuleShowCommand(CommandParts parts)
        : base(parts, "show", "One rule: its revisions, what it writes, what it came to", "rule show my_robot tracking_error")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_rule);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var rule = await context.RunAsync(Roles.Reader, ShowRuleOperation.Route, new ShowRuleRequest(context.Value(_dataset), context.Value(_rule)), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, rule, ApiJson.Default.ShowRuleResponse, cancellationToken);
            return ExitCodes.Done;
        }

        var retired = rule.RetiredAt is { } position ? string.Create(CultureInfo.InvariantCulture, $", retired at position {position}") : "";
        await context.Terminal.Out.WriteLineAsync($"rule '{rule.Rule}' revision {rule.Revision}{retired}: {rule.Deriver} from {string.Join(", ", rule.Inputs)} into layer '{rule.Layer}'");
        await context.Terminal.Out.WriteLineAsync($"writes {RuleText.Writes(rule.Entities, rule.Properties)}");
        await context.Terminal.Out.WriteLineAsync($"parameters, with defaults: {ReadableJson.Of(rule.Parameters)}");
        TableOutput.Write(
            context.Terminal,
            ["revision", "from", "until", "deriver", "inputs", "layer", "parameters"],
            rule.Revisions.Select(r => new[]
            {
                $"{r.Revision}", $"{r.Position}", $"{r.UntilPosition}", r.Deriver, $"[{string.Join(", ", r.Inputs)}]", r.Layer, ReadableJson.Of(r.Parameters),
            }));
        RuleText.WriteSummary(context.Terminal, context.Value(_dataset), rule.Segments);
        return ExitCodes.Done;
    }
}

/// <summary>What several commands say of rules.</summary>
internal static class RuleText
{
    public static string Writes(IReadOnlyList<string> entities, IReadOnlyList<string> properties) =>
        string.Join(", ", entities.Concat(properties.Select(p => $"property:{p}"))) is { Length: > 0 } writes ? writes : "what is not known here";

    public static void WriteSummary(Terminal terminal, string dataset, IReadOnlyList<DerivationSummary> summary)
    {
        if (summary.Count > 0)
        {
            TableOutput.Write(
                terminal,
                ["rule", "outcome", "reason", "segments", "stale", "what to do"],
                summary.Select(s => new[] { s.Rule, s.Outcome, s.Reason ?? "", $"{s.Segments}", s.Stale == 0 ? "" : $"{s.Stale}", Filled(s, dataset) }));
        }
    }

    /// <summary>What is in capitals, as far as the line says which it is.</summary>
    private static string Filled(DerivationSummary summary, string dataset)
    {
        var words = (summary.WhatToDo ?? "").Replace("DATASET", ShellWord.Of(dataset), StringComparison.Ordinal).Replace("RULE", ShellWord.Of(summary.Rule), StringComparison.Ordinal);
        return summary.Segments == 1 ? words.Replace("SEGMENT", ShellWord.Of(summary.ExampleSegment), StringComparison.Ordinal) : words;
    }
}
