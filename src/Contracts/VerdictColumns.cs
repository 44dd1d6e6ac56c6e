namespace Strata.Contracts;

/// <summary>How the verdicts of rules stand in a segment table, and in the properties of a layer. Source: DESIGN §7, docs/derivers.md.</summary>
public static class VerdictColumns
{
    /// <summary>Of the deriver <c>quality</c> under its usual name.</summary>
    public const string TrackingGood = "property:quality" + TrackingGoodSuffix;

    /// <summary>Of the deriver <c>quality</c> under any layer's name: true, false, or null for a person to look at.</summary>
    public const string TrackingGoodSuffix = ":tracking_good";

    /// <summary>Of the deriver <c>verdict</c> under any layer's name: <c>good</c>, <c>review</c> or <c>bad</c>.</summary>
    public const string VerdictSuffix = ":verdict";

    /// <summary>Beside it the answer: true, false, or null for <c>review</c>.</summary>
    public const string GoodSuffix = ":good";

    /// <summary>Beside it which condition decided.</summary>
    public const string ReasonSuffix = ":reason";
}
