namespace Strata.EventStore.Tests.Broken;

internal sealed class IgnoresExpectedVersions(IEventStore good) : EventStoreDecorator(good)
{
    public override Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) =>
        base.AppendAsync(append with { Streams = [.. append.Streams.Select(s => s with { ExpectedVersion = StreamAppend.AnyVersion })] }, cancellationToken);
}

internal sealed class IgnoresCommandIds(IEventStore good) : EventStoreDecorator(good)
{
    public override Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) =>
        base.AppendAsync(append with { CommandId = append.CommandId.Replace("command", $"{Guid.NewGuid()}", StringComparison.Ordinal) }, cancellationToken);
}

/// <summary>Knows the commands of this run only.</summary>
internal sealed class ForgetsCommandIdsOverARestart(IEventStore good) : EventStoreDecorator(good)
{
    private readonly Guid _run = Guid.NewGuid();

    public override Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) =>
        base.AppendAsync(append with { CommandId = $"{append.CommandId} {_run}", Streams = [.. append.Streams.Select(s => s with { ExpectedVersion = StreamAppend.AnyVersion })] }, cancellationToken);
}

internal sealed class LetsGuardsPass(IEventStore good) : EventStoreDecorator(good)
{
    public override Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) =>
        base.AppendAsync(append with { Guards = [.. append.Guards.Select(Weakened).OfType<Guard>()] }, cancellationToken);

    private static Guard? Weakened(Guard guard) => guard switch
    {
        Guard.Claim claim => new Guard.Put(claim.Scope, claim.Key, claim.Value),
        Guard.Swap swap => new Guard.Put(swap.Scope, swap.Key, swap.Value),
        Guard.Put or Guard.Release => guard,
        _ => null,
    };
}

internal sealed class AppliesGuardsBackwards(IEventStore good) : EventStoreDecorator(good)
{
    public override Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken) =>
        base.AppendAsync(append with { Guards = [.. append.Guards.Reverse()] }, cancellationToken);
}

/// <summary>Writes blobs outside of the append's transaction.</summary>
internal sealed class LeavesBlobsBehind(IEventStore good) : EventStoreDecorator(good)
{
    public override async Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        await Good.AppendAsync(new Append($"blobs {Guid.NewGuid()}", [], [], append.Blobs), cancellationToken);
        return await Good.AppendAsync(append, cancellationToken);
    }
}

/// <summary>Writes guards outside of the append's transaction, one by one.</summary>
internal sealed class LeavesGuardsBehind(IEventStore good) : EventStoreDecorator(good)
{
    public override async Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        foreach (var guard in append.Guards)
        {
            var result = await Good.AppendAsync(new Append($"guard {Guid.NewGuid()}", [], [guard], []), cancellationToken);
            if (result is AppendResult.GuardRefused)
            {
                return result;
            }
        }

        return await Good.AppendAsync(append with { Guards = [] }, cancellationToken);
    }
}

/// <summary>Appends stream by stream: a conflict in the last one leaves the first ones behind.</summary>
internal sealed class AppendsHalf(IEventStore good) : EventStoreDecorator(good)
{
    public override async Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        foreach (var stream in append.Streams.SkipLast(1))
        {
            await Good.AppendAsync(new Append($"half {Guid.NewGuid()}", [stream], [], []), cancellationToken);
        }

        return await Good.AppendAsync(append with { Streams = [.. append.Streams.TakeLast(1)] }, cancellationToken);
    }
}
