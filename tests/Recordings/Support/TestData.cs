namespace Strata.TestSupport;

/// <summary>Recordings of the repository's <c>tests/Data</c>, and of the folder <c>shared</c> beside the repository where it is there.</summary>
internal static class TestData
{
    private const string Variable = "STRATA_SHARED";

    public static string Folder(string name) =>
        Above(folder => System.IO.Path.Combine(folder, "tests", "Data", name)) ?? throw new DirectoryNotFoundException($"tests/Data/{name} is missing from the repository");

    public static string Crafted(string name) => System.IO.Path.Combine(Folder("crafted"), name);

    /// <summary>A folder or file below <c>shared/recordings</c>; the test is skipped where it is absent.</summary>
    public static string Shared(string name)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured && Exists(System.IO.Path.Combine(configured, "recordings", name)) is { } given)
        {
            return given;
        }

        if (Above(folder => System.IO.Path.Combine(folder, "shared", "recordings", name)) is { } found)
        {
            return found;
        }

        Assert.Skip($"shared/recordings/{name} is not beside the repository; put it there or set {Variable} to the folder that holds recordings/");
        throw new InvalidOperationException("unreachable: the test was skipped");
    }

    private static string? Above(Func<string, string> candidate)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Exists(candidate(folder.FullName)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Exists(string path) => Directory.Exists(path) || File.Exists(path) ? path : null;
}
