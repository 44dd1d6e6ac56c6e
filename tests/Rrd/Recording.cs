namespace Strata.Rrd.Tests;

/// <summary>Short ways to open recordings in tests.</summary>
internal static class Recording
{
    public static byte[] Fixture(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));

    /// <summary>The names of all fixtures.</summary>
    public static IEnumerable<string> Fixtures() => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures"), "*.rrd").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    public static ValueTask<RrdReader> OpenAsync(byte[] bytes) => RrdReader.OpenAsync(new MemoryBytes(bytes), TestContext.Current.CancellationToken);

    public static ValueTask<RrdReader> OpenFixtureAsync(string name) => OpenAsync(Fixture(name));

    public static async Task<List<Chunk>> ChunksAsync(this RrdReader reader)
    {
        var chunks = new List<Chunk>();
        foreach (var store in reader.Contents.Stores)
        {
            await foreach (var chunk in reader.ReadChunksAsync(store, TestContext.Current.CancellationToken))
            {
                chunks.Add(chunk);
            }
        }
        return chunks;
    }

    public static IEnumerable<string> Rules(this RrdContents contents) => contents.Findings.Select(finding => finding.Rule).Distinct();
}
