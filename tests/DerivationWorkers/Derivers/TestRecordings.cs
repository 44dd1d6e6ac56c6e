using System.Text.Json;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Recordings inside the repository, and those of the shared folder beside it.</summary>
internal static class TestRecordings
{
    private const string SolutionFile = "Pipeline.sln";
    private const string Variable = "STRATA_SHARED";

    public static readonly string[] SampleSegments =
    [
        "NORDA_1c7e09b2_2025_02_11_09h_14m_32s",
        "NORDA_1c7e09b2_2025_02_18_16h_40m_05s",
        "NORDA_4fa83d60_2025_03_02_11h_27m_51s",
        "SOLVA_a90b4e17_2025_01_29_13h_02m_19s",
        "SOLVA_d2517c8f_2025_04_07_20h_55m_44s",
    ];

    public static string Sample(string segment) => InRepository("samples", "sample_5", segment + ".rrd");

    public static string JointLayout(string layout) => InRepository("tests", "Data", "sdk", "joint_layouts", layout + ".rrd");

    public static string InRepository(params string[] parts) => Path.Combine([Root(), .. parts]);

    public static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    /// <summary>A folder of shared/recordings; skips the test where it is absent.</summary>
    public static string Shared(string name)
    {
        foreach (var root in SharedRoots())
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

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, SolutionFile)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds {SolutionFile}");
    }

    private static IEnumerable<string> SharedRoots()
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
