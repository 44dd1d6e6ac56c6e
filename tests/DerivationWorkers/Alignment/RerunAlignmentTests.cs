using System.Text.Json;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>
/// Exact and latest-at are what Rerun's own <c>reader(index=…, using_index_values=…)</c> gives, without and with <c>fill_latest_at=True</c>; nearest and linear, which it has not, what numpy gives.
/// Goldens: tests/DerivationWorkers/make/make_alignment.py.
/// </summary>
public class RerunAlignmentTests
{
    private const string ErrorsMember = "errors";
    private const string Clears = "clears";
    private const string Samples = "sample_5/";
    private const double Tolerance = 1e-12;

    private static readonly JsonElement Golden = TestRecordings.Json(TestRecordings.InRepository("tests", "DerivationWorkers", "Goldens", "alignment.json"));

    public static TheoryData<string> Recordings => [.. Golden.EnumerateObject().Select(r => r.Name).Where(name => name != ErrorsMember)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Exact_is_Reruns_reader_at_named_times(string recording) => await ShouldBeGolden(recording, "exact", AlignmentRule.Exact);

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Latest_at_is_Reruns_reader_filled_at_named_times(string recording) =>
        await ShouldBeGolden(recording, "latest_at", new(AlignmentMethod.LatestAt, long.MaxValue));

    [Theory]
    [InlineData("different_rates", "nearest", "max_distance_ns")]
    [InlineData("different_rates", "linear", "max_gap_ns")]
    [InlineData("starts_late", "nearest", "max_distance_ns")]
    [InlineData("starts_late", "linear", "max_gap_ns")]
    public async Task Errors_of_rows_between_commands_are_numpys(string layout, string alignment, string limit)
    {
        var golden = Golden.GetProperty(ErrorsMember).GetProperty(layout);
        var expected = golden.GetProperty("times").EnumerateArray().Zip(golden.GetProperty(alignment).EnumerateArray())
            .Where(pair => pair.Second.ValueKind == JsonValueKind.Number)
            .Select(pair => (Time: pair.First.GetInt64(), Error: pair.Second.GetDouble())).ToList();

        var derivation = await JointLayout.Of(layout).DeriveAsync($"\"alignment\":\"{alignment}\"");
        var rows = await Deriving.RowsAsync(derivation);

        rows.Times.ShouldBe(expected.Select(e => e.Time));
        foreach (var (error, wanted) in rows.Errors.Zip(expected.Select(e => e.Error)))
        {
            error.ShouldBe(wanted, Tolerance);
        }

        ((Strata.Arrow.StringArray)(await Deriving.PropertyAsync(derivation, "tracking_error", "alignment"))!).GetString(0).ShouldBe(alignment);
        (await Deriving.PropertyAsync(derivation, "tracking_error", limit)).ShouldNotBeNull();
    }

    private static async Task ShouldBeGolden(string recording, string answer, AlignmentRule rule)
    {
        foreach (var index in Golden.GetProperty(recording).EnumerateObject())
        {
            var times = index.Value.GetProperty("times").EnumerateArray().Select(t => t.GetInt64()).ToArray();
            foreach (var column in index.Value.GetProperty("columns").EnumerateObject())
            {
                var aligned = SeriesAlignment.At(await SeriesOf(recording, index.Name, EntityColumn.Parse(column.Name)), times, 0, rule);

                var expected = column.Value.GetProperty(answer).EnumerateArray().ToList();
                for (var row = 0; row < times.Length; row++)
                {
                    Text(aligned, row).ShouldBe(Text(expected[row]), $"{column.Name} at {index.Name} = {times[row]}");
                }
            }
        }
    }

    private static async Task<JointSeries> SeriesOf(string recording, string index, EntityColumn column)
    {
        var file = await File.ReadAllBytesAsync(PathOf(recording), TestContext.Current.CancellationToken);
        var reader = await RrdReader.OpenAsync(new MemoryBytes(file), TestContext.Current.CancellationToken);
        var chunks = new List<Chunk>();
        await foreach (var chunk in reader.ReadChunksAsync(reader.Contents.Recordings.First(), TestContext.Current.CancellationToken))
        {
            chunks.Add(chunk);
        }

        var kind = chunks.Select(chunk => chunk.Timeline(index)?.Kind).OfType<TimelineKind>().First();
        return JointSeries.Of(chunks, column, (index, kind), keepNulls: false);
    }

    private static string PathOf(string recording) => recording == Clears ? TestRecordings.InRepository("tests", "DerivationWorkers", "Goldens", "clears.rrd")
        : recording.StartsWith(Samples, StringComparison.Ordinal) ? TestRecordings.InRepository("samples", recording + ".rrd")
        : TestRecordings.InRepository("tests", "Data", "sdk", recording + ".rrd");

    private static string Text(AlignedCells aligned, int row)
    {
        var cell = aligned.Cells[row];
        if (!cell.HasValue)
        {
            return "nothing";
        }

        var block = aligned.Blocks[cell.Block];
        return string.Join(", ", Enumerable.Range(block.Start(cell.Row), block.Count(cell.Row)).Select(at => block.IsNullJoint(at) ? "null" : Text(block.Values[at])));
    }

    private static string Text(JsonElement cell) => cell.ValueKind == JsonValueKind.Null ? "nothing" : string.Join(", ", cell.EnumerateArray().Select(value => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.String => value.GetString()!,
        _ => Text(value.GetDouble()),
    }));

    private static string Text(double value) => double.IsPositiveInfinity(value) ? "Infinity" : double.IsNegativeInfinity(value) ? "-Infinity" : value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
