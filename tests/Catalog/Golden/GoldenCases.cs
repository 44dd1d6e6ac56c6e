using System.Runtime.CompilerServices;
using System.Text.Json;
using Strata.Rrd.Tests;

namespace Strata.Catalog.Tests.Golden;

/// <summary>Files that Rerun's own server answered questions about, each in a dataset of its own; the real client asks ours the same.</summary>
internal sealed class GoldenCases(CatalogHost host)
{
    private readonly List<object> _cases = [];

    public async Task<GoldenCases> AddFolderAsync(string recordings, string answers)
    {
        foreach (var file in Directory.EnumerateFiles(recordings, "*.rrd").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var dataset = await ReadDataset.CreateAsync(host, name.Replace(' ', '_'));
            if (await dataset.TryRegisterAsync(file))
            {
                _cases.Add(new { dataset = dataset.Name, golden = Path.Combine(answers, name + ".json") });
            }
        }

        return this;
    }

    /// <summary>One state of a dataset, under a key of a file that tells of several.</summary>
    public GoldenCases Add(string dataset, string answers, string step)
    {
        _cases.Add(new { dataset, golden = answers, step });
        return this;
    }

    public async Task<GoldenOutcome> CompareAsync()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(_cases), TestContext.Current.CancellationToken);
            var printed = await RerunSdk.PythonAsync(await File.ReadAllTextAsync(Script(), TestContext.Current.CancellationToken), $"rerun+{host.Url}", file);
            var answers = printed.Split('\n').Where(l => l.StartsWith('{')).Select(l => JsonSerializer.Deserialize<GoldenAnswer>(l, JsonSerializerOptions.Web)!).ToList();
            answers.Count.ShouldBe(_cases.Count, printed);
            return new([.. answers.SelectMany(a => a.Differences.Select(d => $"{a.Dataset}: {d}"))], answers.Sum(a => a.Answers));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Script([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "compare.py");

    private sealed record GoldenAnswer(string Dataset, int Answers, IReadOnlyList<string> Differences);
}

/// <param name="Answers">How many were compared.</param>
internal sealed record GoldenOutcome(IReadOnlyList<string> Differences, int Answers)
{
    /// <summary>Differences beside those that are meant.</summary>
    /// <param name="known">What each must contain, and why it is so.</param>
    public IEnumerable<string> Beside(params (string Part, string Why)[] known) => Differences.Where(d => !known.Any(k => d.Contains(k.Part, StringComparison.Ordinal)));
}
