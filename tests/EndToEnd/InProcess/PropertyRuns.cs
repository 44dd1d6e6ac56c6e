using System.Globalization;

namespace Strata.EndToEnd.Tests;

/// <summary>How many histories a property is tried with.</summary>
internal static class PropertyRuns
{
    private const string Variable = "STRATA_TEST_HISTORIES";

    private const int Usual = 12;

    /// <summary>Each has a database of its own, and its order does not depend on the history: a few seconds' worth.</summary>
    private const int UsualInPostgres = 4;

    public static int Of(bool inPostgres) => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : inPostgres ? UsualInPostgres : Usual;
}
