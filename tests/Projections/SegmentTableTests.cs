using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class SegmentTableTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_segment_is_one_row_over_its_layers_and_the_last_registered_property_wins()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("b", "base", "one", properties: Schemas.Properties(("episode:note", "from base"), ("of_base:score", 0.5)),
            ranges: [new("frame", TimelineKind.Sequence, 3, 9), new("stamp", TimelineKind.Timestamp, 100, 200)]);
        story.Register("a", "base", "two");
        story.Register("b", "labels", "three!", properties: Schemas.Properties(("episode:note", "from labels")), ranges: [new("frame", TimelineKind.Sequence, 1, 4)]);
        using var folded = await Folded.UpToHead(story.Log);

        var table = await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel);

        table.Schema.FieldsList.Select(f => f.Name).ShouldBe(
        [
            "rerun_segment_id", "rerun_layer_names", "rerun_storage_urls", "rerun_last_updated_at", "rerun_num_chunks", "rerun_size_bytes",
            "property:episode:note", "property:of_base:score", "frame:end", "frame:start", "stamp:end", "stamp:start",
        ]);
        Tables.Rows(table).ShouldBe(
        [
            "a | [base] | [file:///recordings/a_base_two.rrd] | 1030 | 4 | 1003 | null | null | 3 | 0 | null | null",
            "b | [base, labels] | [file:///recordings/b_base_one.rrd, file:///recordings/b_labels_three!.rrd] | 1040 | 8 | 2009 | [from labels] | [0.5] | 9 | 1 | 200 | 100",
        ]);
    }

    [Fact]
    public async Task The_columns_have_the_types_nullability_and_metadata_of_Rerun()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "x", properties: Schemas.Properties(("episode:note", "n")), ranges:
        [
            new("frame", TimelineKind.Sequence, 1, 2), new("elapsed", TimelineKind.Duration, 1, 2), new("stamp", TimelineKind.Timestamp, 1, 2),
        ]);
        using var folded = await Folded.UpToHead(story.Log);

        var schema = (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).Schema;

        var names = new ListType(new Field("item", StringType.Default, false));
        schema.FieldsList.Select(f => (f.Name, f.DataType, f.IsNullable)).ShouldBe(
        [
            ("rerun_segment_id", StringType.Default, false),
            ("rerun_layer_names", names, false),
            ("rerun_storage_urls", names, false),
            ("rerun_last_updated_at", TimestampType.Nanosecond, false),
            ("rerun_num_chunks", UInt64Type.Default, false),
            ("rerun_size_bytes", UInt64Type.Default, false),
            ("property:episode:note", new ListType(StringType.Default), true),
            ("elapsed:end", DurationType.Nanosecond, true),
            ("elapsed:start", DurationType.Nanosecond, true),
            ("frame:end", Int64Type.Default, true),
            ("frame:start", Int64Type.Default, true),
            ("stamp:end", TimestampType.Nanosecond, true),
            ("stamp:start", TimestampType.Nanosecond, true),
        ]);
        schema.GetFieldByName("property:episode:note")!.Metadata.ShouldBe(Schemas.PropertyField("episode:note", StringType.Default).Metadata, ignoreOrder: true);
        schema.GetFieldByName("elapsed:end")!.Metadata.ShouldBe(
            new Dictionary<string, string> { ["rerun:index"] = "elapsed", ["rerun:index_kind"] = "duration", ["rerun:index_marker"] = "end", ["rerun:kind"] = "index" },
            ignoreOrder: true);
        schema.HasMetadata.ShouldBeFalse();
    }

    [Fact]
    public async Task An_empty_dataset_is_a_batch_without_rows_and_with_the_base_columns()
    {
        var story = new Story(new FakeLog());
        story.Create();
        using var folded = await Folded.UpToHead(story.Log);

        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).ShouldSatisfyAllConditions(t => t.Length.ShouldBe(0), t => t.ColumnCount.ShouldBe(6));
        (await folded.Models.Manifest.ReadAsync(story.Dataset, new TableQuery(), Cancel)).ShouldSatisfyAllConditions(t => t.Length.ShouldBe(0), t => t.ColumnCount.ShouldBe(10));
        (await folded.Models.Schemas.ReadAsync(story.Dataset, null, Cancel)).FieldCount.ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_segments_asked_for_are_read()
    {
        var story = new Story(new FakeLog());
        story.Create();
        foreach (var segment in (string[])["c", "a", "b"])
        {
            story.Register(segment, "base", segment);
        }

        using var folded = await Folded.UpToHead(story.Log);

        var table = await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(["c", "nowhere", "a", "c"]), Cancel);

        Tables.Column(table, "rerun_segment_id").ShouldBe(["a", "c"]);
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery([]), Cancel)).Length.ShouldBe(0);
    }

    [Fact]
    public async Task The_manifest_has_a_row_a_layer_with_its_own_properties()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one", properties: Schemas.Properties(("episode:note", "from base")));
        story.Register("a", "labels", "two", Schemas.Labels, Schemas.Properties(("of_labels:score", 0.25)));
        using var folded = await Folded.UpToHead(story.Log);

        var manifest = await folded.Models.Manifest.ReadAsync(story.Dataset, new TableQuery(), Cancel);

        manifest.Schema.FieldsList.Select(f => (f.Name, f.DataType, f.IsNullable)).ShouldBe(
        [
            ("rerun_layer_name", StringType.Default, false),
            ("rerun_segment_id", StringType.Default, false),
            ("rerun_storage_url", StringType.Default, false),
            ("rerun_layer_type", StringType.Default, false),
            ("rerun_registration_time", TimestampType.Nanosecond, false),
            ("rerun_last_updated_at", TimestampType.Nanosecond, false),
            ("rerun_num_chunks", UInt64Type.Default, true),
            ("rerun_size_bytes", UInt64Type.Default, true),
            ("rerun_schema_sha256", new FixedSizeBinaryType(32), true),
            ("rerun_registration_status", StringType.Default, false),
            ("property:episode:note", new ListType(StringType.Default), true),
            ("property:of_labels:score", new ListType(DoubleType.Default), true),
        ]);
        var (first, second) = (story.Layer("a", "base").SchemaSha256, story.Layer("a", "labels").SchemaSha256);
        Tables.Rows(manifest).ShouldBe(
        [
            $"base | a | file:///recordings/a_base_one.rrd | rrd | 1020 | 1020 | 4 | 1003 | {first} | done | [from base] | null",
            $"labels | a | file:///recordings/a_labels_two.rrd | rrd | 1030 | 1030 | 4 | 1003 | {second} | done | null | [0.25]",
        ]);
    }
}
