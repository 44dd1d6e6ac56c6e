using Strata.DerivationWorkers;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What the derivers' room has, for REST and the command line.</summary>
internal sealed class DeriverListings(DeriverRegistry registry) : IDeriverList
{
    public const string BuiltIn = "built-in";

    private const string Manual = "docs/derivers.md";

    /// <summary>What a line can say of a built-in deriver; formulas and parameters in full stand in the manual.</summary>
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["tracking_error"] = "how far observed joints are from commanded ones (docs/derivations.md)",
        ["quality"] = "whether the arm followed its commands (docs/derivations.md)",
        ["lag"] = "how much later than commanded each joint moves (docs/derivers.md)",
        ["verdict"] = $"good, review or bad by conditions of your own over properties ({Manual})",
        ["gaps"] = $"how regularly each stream was logged ({Manual})",
        ["motion"] = $"duration, path length, peak velocity of joints ({Manual})",
        ["static_joints"] = $"which part of the time joints stood still ({Manual})",
        ["range"] = $"between which values each joint was ({Manual})",
        ["completeness"] = $"which expected entities are missing ({Manual})",
        ["smoothness"] = $"log dimensionless jerk and spectral arc length ({Manual})",
    };

    public IReadOnlyList<DeriverListing> List() =>
    [
        .. registry.BuiltIn.Select(d => new DeriverListing(d.Name, d.Version, BuiltIn, Words.GetValueOrDefault(d.Name), [], [], DeriverParameterNames.Of(d), null)),
        .. registry.Outside.Select(Outside),
        .. registry.Refused.Select(r => new DeriverListing(r.Name, null, r.File, null, [], [], null, r.Reason)),
    ];

    private static DeriverListing Outside(IOutsideDeriver deriver)
    {
        var definition = deriver.Definition;
        return new(
            deriver.Name,
            deriver.Version,
            definition.File,
            definition.Description,
            [.. definition.Reads.Select(r => r.ToString())],
            [.. definition.Outputs],
            definition.Parameters?.Select(p => p.Name).ToList(),
            deriver.WhyNotHere());
    }
}
