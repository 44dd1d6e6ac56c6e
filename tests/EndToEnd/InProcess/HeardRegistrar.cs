using System.Reflection;
using Strata.Registrar;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary>A registrar over another one that notes what each evaluation was answered.</summary>
public class HeardRegistrar : DispatchProxy
{
    private IRegistrar _registrar = null!;
    private Watched<IReadOnlyList<string>> _answers = null!;

    public static IRegistrar Around(IRegistrar registrar, Watched<IReadOnlyList<string>> answers)
    {
        var heard = Create<IRegistrar, HeardRegistrar>();
        ((HeardRegistrar)(object)heard)._registrar = registrar;
        ((HeardRegistrar)(object)heard)._answers = answers;
        return heard;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var answer = targetMethod!.Invoke(_registrar, args);
        return answer is Task<IReadOnlyList<EvaluationAnswer>> evaluations ? HearAsync(evaluations) : answer;
    }

    private async Task<IReadOnlyList<EvaluationAnswer>> HearAsync(Task<IReadOnlyList<EvaluationAnswer>> evaluations)
    {
        var answers = await evaluations;
        _answers.Change(heard => [.. heard, .. answers.Select(a => a.Status)]);
        return answers;
    }
}
