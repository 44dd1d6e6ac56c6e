using Strata.Registrar;

namespace Strata.Bus.Tests;

/// <summary>A registrar that a test makes fail.</summary>
/// <param name="before">Given the bodies of a call and its number, from 1; may throw.</param>
/// <param name="after">After the messages were registered and before they are answered; may throw.</param>
internal sealed class FaultyRegistrar(IPublishRecordings inner, Func<IReadOnlyList<RobotDelivery>, int, Task>? before = null, Func<int, Task>? after = null) : IPublishRecordings
{
    private int _calls;

    public int Calls => _calls;

    public int Largest { get; private set; }

    public async Task<IReadOnlyList<PublishAnswer>> PublishAsync(IReadOnlyList<RobotDelivery> deliveries, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _calls);
        Largest = Math.Max(Largest, deliveries.Count);
        await (before?.Invoke(deliveries, call) ?? Task.CompletedTask);
        var answers = await inner.PublishAsync(deliveries, cancellationToken);
        await (after?.Invoke(call) ?? Task.CompletedTask);
        return answers;
    }
}
