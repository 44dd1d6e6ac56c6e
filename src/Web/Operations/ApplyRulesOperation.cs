using System.Text.Json;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="DryRun">Tell what would change, and change nothing.</param>
/// <param name="Prune">Retire the rules of these datasets that are not told.</param>
public sealed record ApplyRulesRequest(IReadOnlyList<DatasetRules> Datasets, bool DryRun = false, bool Prune = false);

public sealed record DatasetRules(string Dataset, IReadOnlyList<WantedRule> Rules);

/// <param name="Layer">Into which the deriver writes.</param>
public sealed record WantedRule(string Rule, string Deriver, IReadOnlyList<string> Inputs, string Layer, JsonElement Parameters);

/// <param name="Applied">False: nothing was changed, since nothing had to be or only was asked what would be.</param>
public sealed record ApplyRulesResponse(bool Applied, IReadOnlyList<RuleChange> Changes);

/// <param name="Change">One of <see cref="RuleChanges"/>.</param>
/// <param name="Revision">After the change.</param>
/// <param name="Differences">Of a changed rule.</param>
/// <param name="Warnings">What is probably a mistake, in sentences.</param>
/// <param name="SegmentsBefore">Segments that wait for a back-fill of what was added or changed; 0 where nothing was applied.</param>
public sealed record RuleChange(
    string Dataset, string Rule, string Change, int Revision, IReadOnlyList<RuleDifference> Differences, IReadOnlyList<string> Warnings, long SegmentsBefore = 0);

/// <param name="What"><c>deriver, inputs, layer</c>, or <c>parameters.NAME</c>.</param>
/// <param name="Before">As JSON; null: it was not told.</param>
/// <param name="After">As JSON; null: it is not told any more.</param>
public sealed record RuleDifference(string What, string? Before, string? After);

/// <summary>Brings rules of datasets to what is told: each dataset in one append, and none before all were found possible.</summary>
public sealed class ApplyRulesOperation(IRegistrar registrar, RuleDefinitions definitions, RuleReach reach, RuleWarnings warnings, Catalog catalog) : IOperation<ApplyRulesRequest, ApplyRulesResponse>
{
    public static OperationRoute<ApplyRulesRequest, ApplyRulesResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/rules/apply", "Bring the rules of datasets to what is told", ApiJson.Default.ApplyRulesRequest, ApiJson.Default.ApplyRulesResponse)
    {
        AsksItself = true,
    };

    public async Task<ApplyRulesResponse> RunAsync(ApplyRulesRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (request.Datasets is not { Count: > 0 })
        {
            asker.Require(AccessScope.Admin, null);
            throw new OperationException(OperationErrors.Invalid, "datasets: expected the rules of one dataset or more, found none", null);
        }

        if (request.Datasets.Any(d => d?.Dataset is null || d.Rules is null || d.Rules.Any(r => r?.Rule is null || r.Deriver is null || r.Inputs is null || r.Layer is null)))
        {
            throw new OperationException(OperationErrors.Invalid, "datasets: expected each with 'dataset' and 'rules', and each rule with 'rule', 'deriver', 'inputs' and 'layer', found one with less", null);
        }

        var plans = new List<(DatasetEntry Entry, IReadOnlyList<RuleRow> Before, ApplyRules Command)>();
        foreach (var wanted in request.Datasets)
        {
            var entry = await catalog.RequireChangeableAsync(wanted.Dataset, asker, cancellationToken);
            asker.Require(AccessScope.Admin, entry.Owner);
            var before = await (await catalog.CaughtUpAsync(cancellationToken)).Rules.ReadAsync(entry.Dataset, asOf: null, cancellationToken);
            var command = await RefusedOfAsync(entry, () => Task.FromResult(Plan(entry, before, wanted, request.Prune, asker.Source)));
            plans.Add((entry, before, command));
        }

        // Nothing is changed anywhere when one dataset refuses.
        foreach (var (entry, _, command) in plans)
        {
            await RefusedOfAsync(entry, () => registrar.ApplyRulesAsync(command with { DryRun = true }, cancellationToken));
        }

        var changes = new List<RuleChange>();
        foreach (var (entry, before, command) in plans)
        {
            var outcome = await registrar.ApplyRulesAsync(command with { DryRun = request.DryRun }, cancellationToken);
            var waiting = request.DryRun ? [] : await WaitingAsync(entry.Dataset, outcome, cancellationToken);
            changes.AddRange(RuleChanges.Of(entry.Name, before, command, outcome, await WarningsAsync(entry, before, command, cancellationToken))
                .Select(c => c with { SegmentsBefore = waiting.GetValueOrDefault(c.Rule) }));
        }

        await catalog.CaughtUpAsync(cancellationToken);
        return new(!request.DryRun && changes.Exists(c => c.Change is RuleChanges.Added or RuleChanges.Changed or RuleChanges.Retired), changes);
    }

    /// <summary>A refusal names the rule; of several datasets it has to name the dataset too.</summary>
    private static async Task<T> RefusedOfAsync<T>(DatasetEntry entry, Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (OperationException refused)
        {
            throw new OperationException(refused.Code, $"dataset '{entry.Name}', {refused.Message}", refused.Next);
        }
        catch (CommandRefusedException refused)
        {
            throw new CommandRefusedException(refused.Kind, $"dataset '{entry.Name}', {refused.Message}");
        }
    }

    private async Task<Dictionary<string, long>> WaitingAsync(DatasetId dataset, ApplyOutcome outcome, CancellationToken cancellationToken)
    {
        var waiting = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var declared in outcome.Declared)
        {
            waiting.Add(declared.Rule, await reach.CountBeforeAsync(dataset, declared, cancellationToken));
        }

        return waiting;
    }

    private async Task<ILookup<string, string>> WarningsAsync(DatasetEntry entry, IReadOnlyList<RuleRow> before, ApplyRules command, CancellationToken cancellationToken)
    {
        RuleOutputs?[] outputs = [.. before.Select(definitions.OutputsOf), .. command.Definitions.Select(d => d.Outputs)];
        RuleDefinition[] all = [.. before.Where(r => !command.Retired.Contains(r.Rule) && !command.Definitions.Any(d => d.Rule == r.Rule)).Select(RuleDrafts.Definition), .. command.Definitions];
        var told = new List<(string Rule, string Warning)>();
        foreach (var definition in command.Definitions)
        {
            told.AddRange((await warnings.OfAsync(entry.Dataset, definition, outputs, [.. all.Where(r => r.Rule != definition.Rule)], cancellationToken)).Select(warning => (definition.Rule, warning)));
        }

        return told.ToLookup(t => t.Rule, t => t.Warning, StringComparer.Ordinal);
    }

    private ApplyRules Plan(DatasetEntry entry, IReadOnlyList<RuleRow> before, DatasetRules wanted, bool prune, EventSource source)
    {
        string[] derived = [.. before.Select(r => r.OutputLayer), .. wanted.Rules.Select(r => r.Layer)];
        var told = wanted.Rules.Select(r => r.Rule).ToHashSet(StringComparer.Ordinal);
        return new(
            entry.Dataset,
            [.. wanted.Rules.Select(r => definitions.Complete(new(r.Rule, r.Deriver, [.. r.Inputs], r.Layer, CanonicalJson.From(r.Parameters)), derived))],
            prune ? [.. before.Select(r => r.Rule).Where(r => !told.Contains(r))] : [],
            source)
        {
            OutputsOfOthers = definitions.OutputsUnsaid(before),
        };
    }
}
