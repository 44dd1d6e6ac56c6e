namespace Strata.Rrd.Tests;

/// <summary>Recordings of the repository.</summary>
internal static class TestData
{
    public static readonly string Root = Above(AppContext.BaseDirectory);

    public static string Folder(string name) => Path.Combine(Root, "tests", "Data", name);

    public static string Samples { get; } = Path.Combine(Root, "samples", "sample_5");

    private static string Above(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
        {
            if (File.Exists(Path.Combine(above.FullName, "Pipeline.sln")))
            {
                return above.FullName;
            }
        }
        throw new DirectoryNotFoundException($"expected Pipeline.sln above {folder}, found none: run the tests from a checkout");
    }
}
