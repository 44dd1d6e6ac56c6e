namespace Strata.Contracts;

/// <summary>The version of this program, as it stands in the headers of what it appends. All rooms have the same one.</summary>
public static class StrataVersion
{
    private const int Parts = 3;

    public static string Current { get; } = typeof(StrataVersion).Assembly.GetName().Version?.ToString(Parts) ?? "0.0.0";

    /// <returns>Whether <paramref name="version"/> is newer than this program's; false where it is no version.</returns>
    public static bool IsNewer(string? version) => Version.TryParse(version, out var other) && other > Version.Parse(Current);
}
