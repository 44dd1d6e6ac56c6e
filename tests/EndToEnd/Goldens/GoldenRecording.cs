using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>A recording of the repository, and what Rerun 0.41.0's own server said when it was registered alone in a dataset.</summary>
internal sealed record GoldenRecording(string Name, string Path, string GoldenPath)
{
    private static readonly string Data = System.IO.Path.Combine(Samples.Repository, "tests", "Data", "sdk");

    /// <summary>Nothing was logged and no property set: Rerun's server takes the file and shows nothing.</summary>
    public const string WithoutAnything = "features/empty_no_properties";

    public static IReadOnlyList<GoldenRecording> All { get; } =
    [
        .. Samples.Files.Select(file => Of("sample_5", file, System.IO.Path.Combine(Samples.Folder, "golden"))),
        .. new[] { "features", "joint_layouts", "versions" }.SelectMany(folder => Directory.GetFiles(System.IO.Path.Combine(Data, folder), "*.rrd").Order(StringComparer.Ordinal)
            .Select(file => Of(folder, file, System.IO.Path.Combine(Data, "golden", folder)))),
    ];

    public string Dataset => Name.Replace('/', ' ');

    public JsonElement Golden => JsonElement.Parse(File.ReadAllBytes(GoldenPath));

    /// <summary>Whether the file ends with a footer's trailer. Source: rrd-format §9.1.</summary>
    public bool HasFooter
    {
        get
        {
            var bytes = File.ReadAllBytes(Path);
            return bytes.AsSpan(Math.Max(0, bytes.Length - 12)).StartsWith("RRF2FOOT"u8);
        }
    }

    public static GoldenRecording Named(string name) => All.Single(r => r.Name == name);

    private static GoldenRecording Of(string folder, string file, string golden)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(file);
        return new($"{folder}/{name}", file, System.IO.Path.Combine(golden, name + ".json"));
    }
}
