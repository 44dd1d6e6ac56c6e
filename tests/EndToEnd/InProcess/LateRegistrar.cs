using System.Reflection;
using Strata.Registrar;

namespace Strata.EndToEnd.Tests;

/// <summary>A registrar over another one to which workers hand in what they came to only while the gate is open: whatever happens until then comes first.</summary>
public class LateRegistrar : DispatchProxy
{
    private IRegistrar _registrar = null!;
    private Gate _gate = null!;

    public static IRegistrar Around(IRegistrar registrar, Gate gate)
    {
        var late = Create<IRegistrar, LateRegistrar>();
        ((LateRegistrar)(object)late)._registrar = registrar;
        ((LateRegistrar)(object)late)._gate = gate;
        return late;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IRegistrar.RecordEvaluationsAsync) ? RecordAsync(targetMethod, args!) : targetMethod.Invoke(_registrar, args);

    private async Task<IReadOnlyList<EvaluationAnswer>> RecordAsync(MethodInfo method, object?[] args)
    {
        await _gate.WaitAsync((CancellationToken)args[^1]!);
        return await (Task<IReadOnlyList<EvaluationAnswer>>)method.Invoke(_registrar, args)!;
    }

    /// <summary>Open at first.</summary>
    public sealed class Gate
    {
        private TaskCompletionSource? _opened;

        public void Close() => Interlocked.CompareExchange(ref _opened, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

        public void Open() => Interlocked.Exchange(ref _opened, null)?.SetResult();

        internal Task WaitAsync(CancellationToken cancellationToken) => Volatile.Read(ref _opened)?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
    }
}
