using Strata.Projections;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Tables that stand still show a catalog of yesterday.</summary>
internal sealed class ProjectionHealth(ReadModels models) : IPartHealth
{
    public string Name => "projections";

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(models switch
    {
        { Standstill: { } standstill } => PartFinding.Down(standstill, "'strata projections' says which event; docs/projections.md says what to do"),
        // The catalog is served all the same: who balances by this answer must not take it away.
        { FleetStandstill: { } standstill } => PartFinding.Degraded(standstill, "'strata projections' says which event; docs/projections.md says what to do"),
        { Lag: { } lag } => PartFinding.Degraded(lag, "it catches up by itself; where it does not, 'strata projections' says why"),
        _ => PartFinding.Ok,
    });
}
