using Strata.Arrow;
using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>What lies in memory together while rows are given is bounded, whatever holds it.</summary>
public class HeldMemoryTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("frame")]
    public async Task Static_values_are_held_up_to_a_limit(string? index)
    {
        const int columns = 20;
        const int values = 1_000;
        var recording = new WrittenRecording().Scalars("/a", (0, 0));
        for (var k = 0; k < columns; k++)
        {
            recording.Add(id => ChunkBuilder.SendStatic(id, id.Next(), EntityPath.Parse($"/static/{k}"), ChunkBuilder.Scalars(new double[values], values)));
        }

        (await RowsAsync(recording, Dataframes.On(index), columns * values * 9)).ShouldBe(1);
        (await Should.ThrowAsync<DataframeException>(() => RowsAsync(recording, Dataframes.On(index), columns * values * 7))).Message.ShouldContain("static");
    }

    [Fact]
    public async Task Values_that_are_carried_on_are_held_up_to_a_limit_and_those_that_are_not_are_let_go_of()
    {
        const int columns = 6;

        // More than is gathered before rows are given, so that chunks behind one another are not in memory together.
        const int values = 1 << 21;
        var recording = new WrittenRecording();
        for (var k = 0; k < columns; k++)
        {
            recording.Lists($"/{k}", (k, new double[values]));
        }

        (await RowsAsync(recording, Dataframes.On("frame"), 3L * values * sizeof(double))).ShouldBe(columns);
        (await Should.ThrowAsync<DataframeException>(() => RowsAsync(recording, Dataframes.On("frame", fill: true), 3L * values * sizeof(double)))).Message.ShouldContain("carried on");
    }

    [Fact]
    public async Task The_values_of_dictionaries_count_once_where_columns_share_them()
    {
        const int values = 10_000;
        var words = StringArray.From([.. Enumerable.Range(0, values).Select(word => $"{word:D20}")]);
        var (one, several) = (new WrittenRecording().Add(id => Chunk(id, 0, words)), new WrittenRecording());
        for (var k = 0; k < 5; k++)
        {
            several.Add(id => Chunk(id, k, words));
        }

        (await RowsAsync(one, Dataframes.On("frame"), 2 * values * 24)).ShouldBe(2);
        (await Should.ThrowAsync<DataframeException>(() => RowsAsync(several, Dataframes.On("frame"), 2 * values * 24))).Message.ShouldContain("overlap on the index 'frame'");
        DictionaryBytes.Of([Words(words).Data, Words(words).Data]).ShouldBe(values * 24);
    }

    // Two rows, between which lie the first rows of all others.
    private static Chunk Chunk(Tuid id, int k, StringArray words) => ChunkBuilder.SendColumns(
        id, id.Next(), EntityPath.Parse($"/{k}"), [ChunkBuilder.Timeline("frame", TimelineKind.Sequence, [k, 1_000 + k])],
        [new ComponentColumn(new ComponentDescriptor(null, "word", null), ListArray.OfUniformLength(Words(words), 1))]);

    private static DictionaryArray Words(StringArray words) => DictionaryArray.From(Int32Array.From([0, 1]), words);

    private static async Task<int> RowsAsync(WrittenRecording recording, DataframeQuery query, long limit)
    {
        var layers = (await recording.OpenAsync())["segment"];
        var rows = 0;
        await foreach (var batch in new SegmentDataframe("segment", layers, DataframeSchema.Of(layers[0].Schema, query)) { MaxHeldBytes = limit }.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows += batch.Length;
        }
        return rows;
    }
}
