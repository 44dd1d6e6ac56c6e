using Strata.Arrow;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class PropertyColumnTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Values of every layout, of lengths that differ from segment to segment, and nulls: each cell equals what its own batch holds.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_type_of_property_comes_back_as_it_was_registered(bool withRareType)
    {
        var story = new Story(new FakeLog());
        story.Create();
        var given = Enumerable.Range(0, 12).Select(i => i % 5 == 4 ? null : Batch(i, withRareType)).ToList();
        for (var i = 0; i < given.Count; i++)
        {
            story.Register($"{i:D2}", "base", $"{i}", properties: given[i]);
        }

        using var folded = await Folded.UpToHead(story.Log);
        var table = await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel);

        foreach (var field in given[0]!.Schema.FieldsList)
        {
            var column = table.Column(field.Name);
            column.DataType.ShouldBe(field.DataType);
            for (var row = 0; row < given.Count; row++)
            {
                var expected = given[row]?.Column(field.Name);
                column.IsNull(row).ShouldBe(expected is null || expected.IsNull(0), $"{field.Name} of row {row}");
                if (!column.IsNull(row))
                {
                    ArrayEquality.ValuesEqual(column.Slice(row, 1), expected!).ShouldBeTrue($"{field.Name} of row {row}");
                }
            }
        }
    }

    [Fact]
    public async Task Two_properties_that_want_one_name_are_both_kept_and_the_second_says_so()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one", properties: Schemas.Properties(("episode:score", 0.5)));
        story.Register("b", "base", "two", properties: Schemas.Properties(("episode:score", "high")));
        var odd = Schemas.PropertyField("episode:score", DoubleType.Default);
        odd = odd.WithMetadata(new Dictionary<string, string>(odd.Metadata) { ["rerun:entity_path"] = "/__properties/epi-sode" });
        var both = new RecordBatch(
            new Schema([Schemas.PropertyField("episode:score", DoubleType.Default), odd]),
            [ListArray.OfUniformLength(DoubleArray.From([1.5]), 1), ListArray.OfUniformLength(DoubleArray.From([2.5]), 1)], 1);
        story.Register("c", "base", "three", properties: both);
        using var folded = await Folded.UpToHead(story.Log);

        var table = await folded.Models.Segments.ReadAsync(
            story.Dataset, new TableQuery { Columns = ["property:episode:score", "property:episode:score_2", "property:episode:score_3"] }, Cancel);

        Tables.Rows(table).ShouldBe(["[0.5] | null | null", "null | [high] | null", "[1.5] | null | [2.5]"]);
        table.Schema.FieldsList.Select(f => f.Metadata.GetValueOrDefault(ColumnMetadata.NameClash)).ShouldBe([null, "property:episode:score", "property:episode:score"]);
        Tables.Column(await folded.Models.Manifest.ReadAsync(story.Dataset, new TableQuery(), Cancel), "property:episode:score_2").ShouldBe(["null", "[high]", "null"]);
    }

    [Fact]
    public async Task A_property_has_one_column_whether_its_name_was_taken_in_its_own_recording_or_not()
    {
        var story = new Story(new FakeLog());
        story.Create();
        var dashed = Schemas.PropertyField("my_prop:v", DoubleType.Default);
        dashed = dashed.WithMetadata(new Dictionary<string, string>(dashed.Metadata) { ["rerun:entity_path"] = "/__properties/my-prop" });
        var dotted = dashed.WithMetadata(new Dictionary<string, string>(dashed.Metadata) { ["rerun:entity_path"] = "/__properties/my.prop" });
        RecordBatch Of(params (Field Field, double Value)[] properties) =>
            new(new Schema(properties.Select(p => p.Field)), properties.Select(p => ListArray.OfUniformLength(DoubleArray.From([p.Value]), 1)), 1);
        story.Register("a", "base", "one", properties: Of((dotted.WithName("property:my.prop:v"), 2), (dashed, 1)));
        story.Register("b", "base", "two", properties: Of((dotted, 3)));
        using var folded = await Folded.UpToHead(story.Log);

        var table = await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery { Columns = ["property:my_prop:v", "property:my_prop:v_2"] }, Cancel);

        Tables.Rows(table).ShouldBe(["[2] | [1]", "[3] | null"]);
        table.Schema.FieldsList.Select(f => f.Metadata["rerun:entity_path"]).ShouldBe(["/__properties/my.prop", "/__properties/my-prop"]);
        table.Schema.FieldsList.Select(f => f.Metadata.GetValueOrDefault(ColumnMetadata.NameClash)).ShouldBe([null, "property:my_prop:v"]);
    }

    [Fact]
    public async Task Columns_go_when_the_last_layer_that_had_them_goes_and_stand_as_of_before()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one");
        var before = story.Register("a", "labels", "two", Schemas.Labels, Schemas.Properties(("of_labels:score", 1L)), [new("stamp", Contracts.TimelineKind.Timestamp, 5, 6)]);
        story.Unregister("a", "labels");
        using var folded = await Folded.UpToHead(story.Log);

        async Task<string[]> More(long? asOf) => [.. (await folded.Models.Segments.ReadSchemaAsync(story.Dataset, asOf, Cancel)).FieldsList.Skip(6).Select(f => f.Name)];
        (await More(null)).ShouldBe(["frame:end", "frame:start"]);
        (await More(before)).ShouldBe(["property:of_labels:score", "frame:end", "frame:start", "stamp:end", "stamp:start"]);
    }

    private static RecordBatch Batch(int i, bool withRareType)
    {
        IArrowArray text = StringArray.From([.. Enumerable.Range(0, 1 + (i % 3)).Select(k => k == 1 ? null : new string((char)('a' + k), i))]);
        IArrowArray pairs = FixedSizeListArray.From(new Field("item", FloatType.Default, true), 2, FloatArray.From([i, i + 0.5f]));
        IArrowArray flags = BooleanArray.From([i % 2 == 0, true, i % 3 == 0]);
        IArrowArray structs = new StructArray(new ArrayData(
            new StructType([new Field("n", Int64Type.Default, true), new Field("t", StringType.Default, true)]), 1, 0, 0, [ArrowBuffer.Empty],
            [Int64Array.FromNullable([i % 2 == 0 ? i : null]).Data, StringArray.From([$"t{i}"]).Data]));
        var columns = new (string Name, IArrowArray Items, bool IsNull)[]
        {
            ("number", DoubleArray.From([i * 0.25]), i == 2),
            ("text", text, false),
            ("pair", pairs, false),
            ("flags", flags, i == 3),
            ("struct", structs, false),
            ("bytes", BinaryArray.From([[1, (byte)i]]), false),
            ("large", new LargeStringArray(Large($"large {i}")), false),
        };
        var arrays = columns.Where(c => withRareType || c.Name != "large").Select(c => (c.Name, Array: (IArrowArray)ListArray.From(
            new Field("item", c.Items.DataType, true), c.IsNull ? [0, 0] : [0, c.Items.Length], c.IsNull ? c.Items.Slice(0, 0) : c.Items, [!c.IsNull]))).ToList();
        return new RecordBatch(
            new Schema(arrays.Select(a => Schemas.PropertyField($"all:{a.Name}", ((ListType)a.Array.DataType).ValueDataType))), arrays.Select(a => a.Array), 1);
    }

    private static ArrayData Large(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new(LargeStringType.Default, 1, 0, 0, [ArrowBuffer.Empty, ArrowBuffer.Of<long>([0L, bytes.Length]), new ArrowBuffer(bytes)]);
    }
}
