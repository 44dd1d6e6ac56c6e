using Strata.Conformance;
using Strata.Contracts;

namespace Strata.EventStore.Tests.Broken;

/// <summary>Takes whatever came last for the newest.</summary>
internal sealed class KeepsTheLastHeartbeat(IHeartbeats good) : IHeartbeats
{
    private readonly Dictionary<string, KeptHeartbeat> _kept = [];

    public async Task<bool> KeepAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        await good.KeepAsync(heartbeat, cancellationToken);
        _kept[heartbeat.Robot] = new(heartbeat, 0);
        return true;
    }

    public Task<IReadOnlyList<KeptHeartbeat>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<KeptHeartbeat>>([.. _kept.Values]);
}

internal sealed class BrokenHeartbeatsSuite(Breakage breakage) : HeartbeatsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}
