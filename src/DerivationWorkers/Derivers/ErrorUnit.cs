namespace Strata.DerivationWorkers;

/// <summary>The unit of joints and of their error: declared by the rule, never guessed from values. Source: DESIGN §7.</summary>
internal static class ErrorUnit
{
    public const string Radians = "rad";
    public const string Degrees = "deg";
    public const string Metres = "m";

    /// <summary>As recorded; nobody said what it is, so nothing can be compared with a threshold.</summary>
    public const string Native = "native";

    private const double FullTurnDegrees = 360;

    /// <summary>A full turn in this unit, or null when the unit does not turn.</summary>
    public static double? Period(string unit) => unit switch
    {
        Radians => Math.Tau,
        Degrees => FullTurnDegrees,
        _ => null,
    };
}
