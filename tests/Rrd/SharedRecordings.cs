namespace Strata.Rrd.Tests;

/// <summary>The folder of recordings beside the repository. What is absent skips the test that wants it.</summary>
internal static class SharedRecordings
{
    private const string Variable = "STRATA_SHARED";

    /// <summary>A folder below <c>shared/recordings</c>.</summary>
    public static string Folder(string name)
    {
        foreach (var root in Roots())
        {
            var folder = Path.Combine(root, "recordings", name);
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }
        Assert.Skip($"shared/recordings/{name} is not beside the repository; put it there or set {Variable} to the folder that holds recordings/");
        throw new InvalidOperationException("unreachable: the test was skipped");
    }

    public static IEnumerable<string> Files(params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Folder(folder), "*.rrd").Order(StringComparer.Ordinal));

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
        {
            yield return configured;
        }
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared");
        }
    }
}
