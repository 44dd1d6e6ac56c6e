using System.Globalization;
using System.Text.Json;
using Strata.Arrow;
using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>Random recordings of the real SDK, asked for rows in random ways: its own server and client against ours. A seed that fails can be run again.</summary>
public class DataframePeerTests
{
    public static TheoryData<int> Seeds => [.. (Environment.GetEnvironmentVariable("STRATA_PEER_SEEDS") ?? "1,2,3").Split(',').Select(seed => int.Parse(seed, CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Rows_of_random_selections_are_those_of_the_real_SDK(int seed)
    {
        using var folder = new TemporaryFile([]);
        var output = Path.GetDirectoryName(folder.Path)!;
        File.Delete(folder.Path);
        await RerunSdk.PythonAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Dataframe", "peer.py"), TestContext.Current.CancellationToken), seed.ToString(CultureInfo.InvariantCulture), output);

        var segments = Dataframes.Segments(await Task.WhenAll(Directory.GetFiles(output, "*.rrd").Order(StringComparer.Ordinal).Select(Dataframes.OpenAsync)));
        foreach (var asked in JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(output, "queries.json"), TestContext.Current.CancellationToken)).RootElement.EnumerateArray())
        {
            var stream = new ArrowStreamReader(await File.ReadAllBytesAsync(Path.Combine(output, asked.GetProperty("arrow").GetString()!), TestContext.Current.CancellationToken));
            var expected = stream.ReadAll();
            var found = await ReadAsync(segments, asked);
            var what = $"seed {seed}: {asked.GetRawText()}";
            found.Sum(batch => batch.Length).ShouldBe(asked.GetProperty("rows").GetInt32(), what);
            foreach (var field in found.Count == 0 ? [] : stream.Schema.FieldsList)
            {
                found.Column(field.Name).ShouldBe(expected.Column(field.Name), $"{what}: {field.Name}");
            }
        }
    }

    private static async Task<List<RecordBatch>> ReadAsync(SortedDictionary<string, List<IDataframeLayer>> segments, JsonElement asked)
    {
        var query = new DataframeQuery
        {
            Index = asked.GetProperty("index").GetString(),
            FillLatestAt = asked.GetProperty("fill").GetBoolean(),
            Contents = asked.GetProperty("contents") is { ValueKind: JsonValueKind.Array } contents
                ? ContentExpressions.Parse(contents.EnumerateArray().Select(expression => expression.GetString()!))
                : ContentExpressions.Everything,
            Ranges = asked.GetProperty("ranges") is { ValueKind: JsonValueKind.Array } range ? [new(range[0].GetInt64(), range[1].GetInt64())] : null,
        };
        if (asked.GetProperty("values") is not { ValueKind: JsonValueKind.Object } values)
        {
            return await segments.ReadAsync(query);
        }
        var dataset = DataframeSchema.UnionOf(segments.Values.SelectMany(layers => layers).Select(layer => layer.Schema));
        var batches = new List<RecordBatch>();
        foreach (var (segment, layers) in segments)
        {
            long[] own = values.TryGetProperty(segment, out var given) ? [.. given.EnumerateArray().Select(value => value.GetInt64())] : [];
            var schema = DataframeSchema.Of(dataset, query with { IndexValues = own });
            batches.AddRange(await new SegmentDataframe(segment, layers, schema).ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        }
        return batches;
    }
}
