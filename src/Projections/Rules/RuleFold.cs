using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.WorkList;

namespace Strata.Projections.Rules;

/// <summary>Which rules stand, in which revision, and what that means for open work.</summary>
internal sealed class RuleFold(DatasetStates datasets, SegmentStates segments, RuleRows rows, WorkFold work)
{
    public void OnDeclared(long position, long at, RuleDeclared declared)
    {
        var dataset = datasets[declared.Dataset];
        var before = dataset.FindRule(declared.Rule);
        var rule = new RuleState(declared.Rule, declared.Revision, declared.Inputs, declared.OutputLayer, position, before?.FirstDeclared ?? position);
        if (before is null)
        {
            dataset.Retired.RemoveAll(r => r.Rule == declared.Rule);
            dataset.Rules.Add(rule);
        }
        else
        {
            rows.Close(before.Position, position);
            dataset.Rules[dataset.Rules.IndexOf(before)] = rule;
        }

        rows.Insert(dataset.Key, declared, rule);
        datasets.Touch(dataset, position, at);
        if (before is not null)
        {
            work.OnRuleDeclared(dataset, segments, position, rule);
        }
    }

    public void OnRetired(long position, long at, RuleRetired retired)
    {
        var dataset = datasets[retired.Dataset];
        var rule = dataset.FindRule(retired.Rule)
            ?? throw new FoldException($"dataset {dataset.Id}: rule '{retired.Rule}' is retired, but it does not stand");
        rows.Close(rule.Position, position);
        dataset.Rules.Remove(rule);
        dataset.Retired.Add(rule);
        work.OnRuleRetired(dataset, segments, position, rule.Rule);
        datasets.Touch(dataset, position, at);
    }

    public void OnSuppressed(long position, RuleSuppressed suppressed)
    {
        var dataset = datasets[suppressed.Dataset];
        work.OnRuleSuppressed(dataset, segments.Get(dataset, suppressed.Segment), position, suppressed);
    }

    public void OnResumed(long position, RuleResumed resumed)
    {
        var dataset = datasets[resumed.Dataset];
        work.OnRuleResumed(dataset, segments.Get(dataset, resumed.Segment), position, resumed);
    }
}
