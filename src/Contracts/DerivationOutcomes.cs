namespace Strata.Contracts;

/// <summary>What a rule came to about a segment, as <c>strata derivations</c> counts it. A closed list.</summary>
public static class DerivationOutcomes
{
    public const string Derived = "derived";
    public const string Review = "review";
    public const string Skipped = "skipped";
    public const string Failed = "failed";

    /// <summary>In the work list; nobody has decided yet.</summary>
    public const string Pending = "pending";
    public const string WaitsForInput = "waits_for_input";

    /// <summary>The inputs are older than the rule.</summary>
    public const string NeedsBackfill = "needs_backfill";
    public const string Suppressed = "suppressed";

    /// <summary>A layer was derived, and somebody's own stands in its place.</summary>
    public const string Given = "given";

    /// <summary>A layer was derived, and was taken away.</summary>
    public const string Removed = "removed";
}
