namespace Strata.Fuzz.Tests;

/// <summary>The sound and the crafted files that fuzzing starts from.</summary>
internal static class Corpus
{
    /// <summary>Larger files are left out: they slow the run down and hold nothing that small ones lack.</summary>
    private const int MaxBytes = 24 * 1024;

    public static IReadOnlyList<byte[]> Recordings() => Files("*.rrd", "Data/crafted", "Data/sdk/features", "Data/sdk/versions");

    public static IReadOnlyList<byte[]> ArrowStreams() => Files("*.arrow", "Arrow/Data", "Arrow/Golden");

    /// <summary>The folder tests/ of this repository.</summary>
    public static string Tests()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Fuzz", "Strata.Fuzz.Tests.csproj")))
            {
                return at.FullName;
            }
        }
        throw new DirectoryNotFoundException("tests/ is not above the test's folder");
    }

    private static List<byte[]> Files(string pattern, params string[] folders) =>
        [.. folders.SelectMany(folder => Directory.GetFiles(Path.Combine(Tests(), folder), pattern).Order(StringComparer.Ordinal)).Select(File.ReadAllBytes).Where(bytes => bytes.Length <= MaxBytes)];
}
