using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>What a layer of <see cref="VerdictDeriver"/> says, and which of its conditions decided: from its properties alone.</summary>
internal static class VerdictWords
{
    /// <returns>Such as <c>; bad: neither good nor review holds</c>; empty for another deriver.</returns>
    public static string Of(WhyFacts facts, LayerRecord standing, Provenance provenance) =>
        provenance.Deriver == VerdictDeriver.DeriverName
        && QualityWords.Property(facts, standing.Layer.Layer, VerdictDeriver.VerdictComponent) is StringArray { Length: 1, NullCount: 0 } verdict
        && QualityWords.Property(facts, standing.Layer.Layer, VerdictDeriver.ReasonComponent) is StringArray { Length: 1, NullCount: 0 } reason
            ? $"; {verdict.GetString(0)}: {reason.GetString(0)}"
            : "";
}
