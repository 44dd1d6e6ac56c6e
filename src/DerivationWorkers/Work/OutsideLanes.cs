using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>
/// Which outside derivers are computed side by side: all that run on this machine share its cores, and so one lane; each that waits at a queue costs none here and has its own,
/// so that one whose workers do not answer keeps no other from being asked.
/// </summary>
internal static class OutsideLanes
{
    private const string OfThisMachine = "";

    public static string Of(IOutsideDeriver deriver) => deriver.Definition.Queue is null ? OfThisMachine : deriver.Name;

    public static ImmutableArray<string> All(DeriverRegistry derivers) => [.. derivers.Outside.Select(Of).Distinct(StringComparer.Ordinal)];
}
