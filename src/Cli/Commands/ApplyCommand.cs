using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class ApplyCommand : StrataCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "YAML file of rules; see docs/rules-file.md" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would change" };
    private readonly Option<bool> _prune = new("--prune") { Description = "Retire rules of these datasets that the file does not tell; what they derived stands" };

    public ApplyCommand(CommandParts parts)
        : base(parts, "apply", "Bring the rules of datasets to what a file says; shows what changes first", "apply rules.yaml --dry-run")
    {
        Arguments.Add(_file);
        Options.Add(_dryRun);
        Options.Add(_prune);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var file = await RulesFile.ReadAsync(context.Value(_file), cancellationToken);
        var request = new ApplyRulesRequest(file.Datasets, DryRun: true, context.Value(_prune));
        await using var access = await context.OpenAsync(Roles.Registrar | Roles.Projections, cancellationToken);
        var planned = await RunAsync(access, context, file, request, cancellationToken);
        var changes = planned.Changes.Any(c => c.Change is RuleChanges.Added or RuleChanges.Changed or RuleChanges.Retired);
        if (!context.Json)
        {
            await WriteAsync(context.Terminal, planned.Changes);
        }

        var answer = changes && !context.Value(_dryRun) ? await RunAsync(access, context, file, request with { DryRun = false }, cancellationToken) : planned;
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.ApplyRulesResponse, cancellationToken);
        }
        else
        {
            await context.Terminal.Out.WriteLineAsync(Summary(answer, changes));
            foreach (var change in answer.Changes.Where(c => c.SegmentsBefore > 0))
            {
                await context.Terminal.Out.WriteLineAsync(
                    $"{change.Rule} does not apply to {Cells.Count(change.SegmentsBefore, "segment")} registered before; to apply it: strata {context.DataOption}backfill {ShellWord.Of(change.Dataset)} {ShellWord.Of(change.Rule)}");
            }
        }

        return ExitCodes.Done;
    }

    /// <summary>A refusal names dataset and rule; where these stand in the file is known here.</summary>
    private static async Task<ApplyRulesResponse> RunAsync(StrataAccess access, CommandContext context, RulesFile file, ApplyRulesRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var progress = new ProgressBar(context.Terminal);
            return await access.Operations.RunAsync(ApplyRulesOperation.Route, request, progress, cancellationToken);
        }
        catch (OperationException refused) when (file.PlaceOf(refused.Message) is { } place)
        {
            throw new OperationException(refused.Code, $"{place}: {refused.Message}", refused.Next);
        }
    }

    private static async Task WriteAsync(Terminal terminal, IReadOnlyList<RuleChange> changes)
    {
        foreach (var dataset in changes.GroupBy(c => c.Dataset))
        {
            await terminal.Out.WriteLineAsync(dataset.Key);
            foreach (var change in dataset)
            {
                await terminal.Out.WriteLineAsync($"  {Sign(change.Change)} {change.Rule}{Words(change)}");
                foreach (var difference in change.Differences)
                {
                    await terminal.Out.WriteLineAsync($"      {difference.What}: {difference.Before ?? "(not told)"} → {difference.After ?? "(not told)"}");
                }

                foreach (var warning in change.Warnings)
                {
                    await terminal.Out.WriteLineAsync($"      warning: {warning}");
                }
            }
        }
    }

    private static char Sign(string change) => change switch
    {
        RuleChanges.Added => '+',
        RuleChanges.Changed => '~',
        RuleChanges.Retired => '-',
        _ => ' ',
    };

    private static string Words(RuleChange change) => change.Change switch
    {
        RuleChanges.Added => $": added as revision {change.Revision}",
        RuleChanges.Changed => $": revision {change.Revision}",
        RuleChanges.Retired => ": retired; what it derived stands",
        RuleChanges.NotTold => ": not in the file; --prune retires it",
        _ => ": unchanged",
    };

    private static string Summary(ApplyRulesResponse answer, bool changes) =>
        answer.Applied ? "applied; new rules and revisions apply to what is registered from now on"
        : changes ? "nothing was changed: this was a dry run"
        : "nothing to change";
}
