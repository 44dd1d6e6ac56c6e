using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>The sample episodes of the repository and what Rerun's own tools say of them.</summary>
internal static class Samples
{
    public static string Repository { get; } = Find();

    public static string Folder => Path.Combine(Repository, "samples", "sample_5");

    public static string[] Files => [.. Directory.GetFiles(Folder, "*.rrd").Order(StringComparer.Ordinal)];

    public static string[] Segments => [.. Files.Select(f => Path.GetFileNameWithoutExtension(f))];

    /// <summary>Mean tracking error and verdict of a segment, from the golden answers.</summary>
    public static (double Mean, bool Good) Golden(string segment)
    {
        var golden = JsonElement.Parse(File.ReadAllText(Path.Combine(Folder, "golden", "tracking.json")));
        var mean = golden.GetProperty("segments").GetProperty(segment).GetProperty("mean_fsum").GetDouble();
        return (mean, mean < golden.GetProperty("threshold").GetDouble());
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Pipeline.sln above {AppContext.BaseDirectory}: run the tests from their place in the repository");
    }
}
