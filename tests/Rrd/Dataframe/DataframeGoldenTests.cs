using System.Text.Json;
using Strata.Arrow;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>Every index of every golden file, with and without latest-at, against the rows that Rerun's own server and client give.</summary>
public class DataframeGoldenTests
{
    /// <summary>Recordings and answers that lie in this repository.</summary>
    public static TheoryData<string> OwnFolders => ["features", "features/cli", "joint_layouts", "versions", "sample_5"];

    /// <summary>Those beside it, which also hold the large ones and real robots.</summary>
    public static TheoryData<string> SharedFolders => ["sdk/sample_5", "sdk/versions", "sdk/joint_layouts", "sdk/features", "sdk/features/cli", "robots"];

    [Theory]
    [MemberData(nameof(OwnFolders))]
    public Task Rows_are_those_of_Rerun(string folder) =>
        CompareAsync(folder == "sample_5" ? TestData.Samples : TestData.Folder($"sdk/{folder}"), TestData.Folder($"sdk/golden/{folder}"));

    [Theory]
    [MemberData(nameof(SharedFolders))]
    public Task Rows_of_shared_recordings_are_those_of_Rerun(string folder) => CompareAsync(
        SharedRecordings.Folder(folder), SharedRecordings.Folder(folder == "robots" ? "robots/golden" : "sdk/golden/" + folder["sdk/".Length..]));

    private static async Task CompareAsync(string recordings, string goldens)
    {
        var compared = 0;
        foreach (var file in Directory.EnumerateFiles(recordings, "*.rrd").Order(StringComparer.Ordinal))
        {
            var golden = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(goldens, Path.GetFileNameWithoutExtension(file) + ".json"), TestContext.Current.CancellationToken)).RootElement;

            // What Rerun 0.41 refuses (concatenated, cut, one segment id thrice) has no rows to compare with.
            if (golden.GetProperty("register").ValueKind != JsonValueKind.Array)
            {
                continue;
            }
            var segments = Dataframes.Segments([await Dataframes.OpenAsync(file)]);
            string[] contents = golden.TryGetProperty("reader_contents", out var expressions) ? [.. expressions.EnumerateArray().Select(e => e.GetString()!)] : [];
            foreach (var answer in golden.GetProperty("reader").EnumerateObject())
            {
                var fill = answer.Name.EndsWith(" fill_latest_at", StringComparison.Ordinal);
                var index = fill ? answer.Name[..^" fill_latest_at".Length] : answer.Name;
                var batches = InOrderOf(answer.Value, await segments.ReadAsync(Dataframes.On(index == "static" ? null : index, fill, contents)));
                ShouldBe(batches, answer.Value, $"{Path.GetFileName(file)}: {answer.Name}");
                if (answer.Value.TryGetProperty("arrow", out var arrow))
                {
                    ShouldBe(batches, await File.ReadAllBytesAsync(Path.Combine(goldens, arrow.GetString()!), TestContext.Current.CancellationToken), $"{Path.GetFileName(file)}: {answer.Name}");
                }
                compared++;
            }
            if (golden.TryGetProperty("static_with_properties", out var properties))
            {
                ShouldBe(InOrderOf(properties, await segments.ReadAsync(Dataframes.On(null, false, "/**", "/__properties/**"))), properties, $"{Path.GetFileName(file)}: static with properties");
            }
        }
        compared.ShouldBeGreaterThan(0, recordings);
    }

    // Of two segments Rerun's client gives either one first.
    private static List<RecordBatch> InOrderOf(JsonElement golden, List<RecordBatch> batches)
    {
        var first = golden.TryGetProperty("first", out var rows) || golden.TryGetProperty("rows", out rows)
            ? rows.EnumerateArray().Select(row => row.GetProperty("rerun_segment_id").GetRawText()).FirstOrDefault()
            : null;
        return [.. batches.OrderBy(batch => CanonicalText.Of(batch.Column(0), 0) == first ? 0 : 1)];
    }

    private static void ShouldBe(List<RecordBatch> batches, JsonElement golden, string what)
    {
        batches.Sum(batch => batch.Length).ShouldBe(golden.GetProperty("num_rows").GetInt32(), what);
        if (batches.Count == 0)
        {
            return;
        }
        var expected = golden.GetProperty("columns").EnumerateObject().ToDictionary(column => column.Name, column => column.Value);
        batches[0].Schema.FieldsList.Select(field => field.Name).Order(StringComparer.Ordinal).ShouldBe(expected.Keys.Order(StringComparer.Ordinal), what);
        foreach (var (name, column) in expected)
        {
            batches.Sum(batch => batch.Column(name).NullCount).ShouldBe(column.GetProperty("nulls").GetInt32(), $"{what}: nulls of {name}");
            CanonicalText.Sha256(batches.Select(batch => batch.Column(name))).ShouldBe(column.GetProperty("sha256").GetString(), $"{what}: {name}");
        }
    }

    // Rows, types, order and metadata of columns, without the version of the chunk schema that stands at the server's.
    private static void ShouldBe(List<RecordBatch> batches, byte[] golden, string what)
    {
        var reader = new ArrowStreamReader(golden);
        var rows = reader.ReadAll();
        batches[0].Schema.FieldsList.Select(field => field.ToString()).ShouldBe(reader.Schema.FieldsList.Select(field => field.ToString()), what);
        foreach (var (mine, theirs) in batches[0].Schema.FieldsList.Zip(reader.Schema.FieldsList))
        {
            mine.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).ShouldBe(theirs.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), $"{what}: {mine.Name}");
            batches.Column(mine.Name).ShouldBe(rows.Column(mine.Name), $"{what}: {mine.Name}");
        }
    }
}
