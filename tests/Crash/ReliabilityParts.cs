namespace Strata.Crash.Tests;

/// <summary>docs/reliability.md has two parts, each written by a program of its own that leaves the other as it is.</summary>
internal static class ReliabilityParts
{
    /// <summary>With this line the second part begins.</summary>
    public const string SoakHeading = "## Everything fails while fifty robots publish\n";

    /// <summary>By <c>eng/crash.sh</c>.</summary>
    public static string Kills(string page) => page[..SoakAt(page)];

    /// <summary>By <c>eng/soak.sh</c>; empty before its first run.</summary>
    public static string Soak(string page) => page[SoakAt(page)..];

    private static int SoakAt(string page) => page.IndexOf(SoakHeading, StringComparison.Ordinal) is >= 0 and var at ? at : page.Length;
}
