using Strata.Arrow;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

/// <summary>Properties under the key <c>tags</c> that were given to a segment beside its layers show in the segment table. Source: docs/tags.md.</summary>
public sealed class TagTests
{
    private readonly Story _story = new(new FakeLog());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tags_are_columns_of_the_segment_table_from_their_event_to_the_next_one()
    {
        _story.Create();
        _story.Register("a", "base", "one", properties: Schemas.Properties(("tags:by", "the recording"), ("episode:note", "n")));
        var before = _story.Register("b", "base", "two");
        var first = _story.SetProperties("a", 1, Schemas.Properties(("tags:by", "ann"), ("tags:reviewed", true), ("own:note", "hidden")));
        var second = _story.SetProperties("a", 2, Schemas.Properties(("tags:reviewed", false)));
        _story.SetProperties("nobody", 3, Schemas.Properties(("tags:reviewed", true)));
        _story.RemoveProperties("a", 2);
        using var folded = await Folded.UpToHead(_story.Log);

        (await ShownAsync(folded, before)).ShouldBe("property:tags:by, property:episode:note: a | [the recording] | [n]; b | null | null");
        (await ShownAsync(folded, first)).ShouldBe("property:tags:by, property:episode:note, property:tags:reviewed: a | [ann] | [n] | [true]; b | null | null | null");
        (await ShownAsync(folded, second)).ShouldBe("property:tags:by, property:episode:note, property:tags:reviewed: a | [the recording] | [n] | [false]; b | null | null | null");
        (await ShownAsync(folded, null)).ShouldStartWith("property:tags:by, property:episode:note, property:tags:reviewed: a | [the recording] | [n] | null;");
        (await folded.Models.Manifest.ReadSchemaAsync(_story.Dataset, first, Cancel)).GetFieldIndex("property:tags:reviewed").ShouldBeLessThan(0, "a tag is of no layer");
        (await folded.Models.Segments.ReadAsync(_story.Dataset, new TableQuery { Columns = ["property:tags:reviewed"], AsOf = first }, Cancel)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Tags_that_come_at_once_are_columns_in_the_order_of_their_names_whoever_sent_them()
    {
        _story.Create();
        _story.Register("a", "base", "one");
        _story.SetProperties("a", 1, Schemas.Properties(("tags:reviewed", true), ("tags:by", "ann"), ("tags:note", "n")));
        using var folded = await Folded.UpToHead(_story.Log);

        (await ShownAsync(folded, null)).ShouldBe("property:tags:by, property:tags:note, property:tags:reviewed: a | [ann] | [n] | [true]");
    }

    [Fact]
    public async Task What_was_given_of_another_form_stops_no_fold_and_shows_nothing()
    {
        _story.Create();
        _story.Register("a", "base", "one");
        _story.SetProperties("a", 1, new RecordBatch(new Schema([new("property:tags:plain", StringType.Default, true), new("property:tags:", StringType.Default, true)]), [StringArray.From("x"), StringArray.From("y")], 1));
        _story.Log.Append(new Contracts.SegmentPropertiesSet(_story.Dataset, "a", 2, _story.Log.Add("no Arrow at all"u8.ToArray()), Story.Person));
        using var folded = await Folded.UpToHead(_story.Log);

        (await ShownAsync(folded, null)).ShouldBe(": a");
    }

    [Fact]
    public async Task A_column_of_a_tag_is_described_as_that_of_a_property()
    {
        _story.Create();
        _story.Register("a", "base", "one");
        var item = new Field("item", BooleanType.Default, nullable: true);
        _story.SetProperties("a", 1, new RecordBatch(new Schema([new("property:tags:reviewed", new ListType(item), nullable: false)]), [ListArray.From(item, [0, 1], BooleanArray.From([true]))], 1));
        using var folded = await Folded.UpToHead(_story.Log);

        var schema = await folded.Models.Segments.ReadSchemaAsync(_story.Dataset, null, Cancel);

        var column = schema.GetFieldByIndex(schema.GetFieldIndex("property:tags:reviewed"));
        (column.IsNullable, column.Metadata["rerun:entity_path"], column.Metadata["rerun:component"], column.Metadata["rerun:kind"]).ShouldBe((true, "/__properties/tags", "reviewed", "data"));
    }

    /// <summary>Names of the property columns, then each segment's values.</summary>
    private async Task<string> ShownAsync(Folded folded, long? asOf)
    {
        var schema = await folded.Models.Segments.ReadSchemaAsync(_story.Dataset, asOf, Cancel);
        var names = schema.FieldsList.Select(f => f.Name).Where(n => n.StartsWith("property:", StringComparison.Ordinal)).ToList();
        var table = await folded.Models.Segments.ReadAsync(_story.Dataset, new TableQuery { Columns = ["rerun_segment_id", .. names], AsOf = asOf }, Cancel);
        return $"{string.Join(", ", names)}: {string.Join("; ", Tables.Rows(table))}";
    }
}
