using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

/// <summary>Recordings of the repository, and short ways to edit them in memory.</summary>
internal static class Edited
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Names of all files of the SDK that lie in the repository, with their folder.</summary>
    public static IEnumerable<string> SdkFiles => new[] { "sdk/features", "sdk/versions", "sdk/joint_layouts", "sdk/layers" }
        .SelectMany(folder => Directory.GetFiles(TestData.Folder(folder), "*.rrd").Select(file => $"{folder}/{System.IO.Path.GetFileName(file)}"))
        .Order(StringComparer.Ordinal);

    public static string Path(string name) => System.IO.Path.Combine(TestData.Folder(System.IO.Path.GetDirectoryName(name)!), System.IO.Path.GetFileName(name));

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));

    public static RecordingInput Input(byte[] bytes, string name = "input") => RecordingInput.Of(name, new MemoryBytes(bytes));

    /// <summary>As a pipe gives it: forwards only.</summary>
    public static RecordingInput Piped(byte[] bytes) => RecordingInput.Of("pipe", new MemoryStream(bytes, writable: false));

    public static async Task<(byte[] Bytes, EditingReport Report)> RunAsync(Func<Stream, Task<EditingReport>> edit)
    {
        using var stream = new MemoryStream();
        var report = await edit(stream);
        report.BytesWritten.ShouldBe(stream.Length);
        return (stream.ToArray(), report);
    }

    public static Task<(byte[] Bytes, EditingReport Report)> MergeAsync(params byte[][] inputs) => MergeAsync(new EditingOptions(), inputs);

    public static Task<(byte[] Bytes, EditingReport Report)> MergeAsync(EditingOptions options, params byte[][] inputs) =>
        RunAsync(stream => RecordingMerge.RunAsync([.. inputs.Select((bytes, i) => Input(bytes, $"input {i}"))], stream, options, Token));

    /// <summary>Fails with the differences.</summary>
    public static async Task ShouldSayTheSameAsync(byte[] left, byte[] right, string what = "")
    {
        var differences = await CompareAsync(left, right);
        differences.ShouldBeEmpty($"{what}: {string.Join("; ", differences)}");
    }

    public static async Task<IReadOnlyList<RecordingDifference>> CompareAsync(byte[] left, byte[] right, ComparisonOptions? options = null) =>
        await RecordingComparison.RunAsync(await Recording.OpenAsync(left), await Recording.OpenAsync(right), options ?? new ComparisonOptions { Unordered = true }, Token);

    /// <summary>Whole, with a footer that says what is true, and nothing else to complain of but what <paramref name="tolerated"/> names.</summary>
    public static async Task ShouldBeSoundAsync(byte[] bytes, string what, params string[] tolerated)
    {
        var diagnosis = await RecordingDoctor.ExamineAsync(new MemoryBytes(bytes), Token);
        var findings = diagnosis.Findings.Where(f => !tolerated.Contains(f.Rule)).ToList();
        findings.ShouldBeEmpty($"{what}: {string.Join("; ", findings.Take(5))}");
    }
}
