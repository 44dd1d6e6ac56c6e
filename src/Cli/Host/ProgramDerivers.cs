using Strata.DerivationWorkers;

namespace Strata.Cli;

/// <summary>The derivers of this program, one a line.</summary>
internal static class ProgramDerivers
{
    public static IReadOnlyList<IDeriver> All { get; } =
    [
        new TrackingErrorDeriver(),
        new QualityDeriver(),
        new LagDeriver(),
        new GapsDeriver(),
        new MotionDeriver(),
        new StaticJointsDeriver(),
        new RangeDeriver(),
        new CompletenessDeriver(),
        new SmoothnessDeriver(),
        new VerdictDeriver(),
    ];
}
