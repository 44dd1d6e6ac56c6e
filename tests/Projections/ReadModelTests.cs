using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class ReadModelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dataset_is_found_by_name_and_by_id_and_every_effective_change_bumps_it()
    {
        var log = new FakeLog();
        var (arms, legs) = (new Story(log), new Story(log, "00000000000000000000000000000002"));
        arms.Create("arms");
        legs.Create("legs");
        arms.Register("a", "base", "one");
        arms.Unregister("a", "base");
        using var folded = await Folded.UpToHead(log);

        (await folded.Models.Entries.FindAsync("arms", Cancel)).ShouldBe(new DatasetEntry(arms.Dataset, "arms", KeepMode.Auto, 1010, 1040) { Revision = 4 });
        (await folded.Models.Entries.FindAsync(legs.Dataset, Cancel)).ShouldBe(new DatasetEntry(legs.Dataset, "legs", KeepMode.Auto, 1020, 1020) { Revision = 2 });
        (await folded.Models.Entries.FindAsync("arm", Cancel)).ShouldBeNull();
        (await folded.Models.Entries.ListAsync([DatasetKind.Recording], Cancel)).Select(e => e.Name).ShouldBe(["arms", "legs"]);
    }

    [Fact]
    public async Task What_a_client_gave_to_segments_beside_their_layers_is_found_until_it_is_replaced_or_removed()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one");
        var (good, bad) = (Schemas.Properties(("review:verdict", "good")), Schemas.Properties(("review:verdict", "bad")));
        story.SetProperties("a", 7, bad);
        story.SetProperties("nobody", 8, bad);
        story.SetProperties("a", 9, good);
        using var folded = await Folded.UpToHead(story.Log);

        var all = await folded.Models.SegmentProperties.ReadAsync(story.Dataset, null, asOf: null, Cancel);
        all.Select(p => (p.Segment, p.Revision)).ShouldBe([("a", 9), ("nobody", 8)]);
        all[0].PropertiesIpc.ToArray().ShouldBe(good.ToIpcStream());
        (await folded.Models.SegmentProperties.ReadAsync(story.Dataset, ["nobody", "zzz", "nobody"], asOf: null, Cancel)).Select(p => p.Revision).ShouldBe([8]);
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).TryColumn("property:review:verdict").ShouldBeNull();

        story.RemoveProperties("a", 9);
        story.Unregister("a", "base");
        await folded.CatchUp();
        (await folded.Models.SegmentProperties.ReadAsync(story.Dataset, null, asOf: null, Cancel)).Select(p => p.Segment).ShouldBe(["nobody"]);
        (await folded.Models.SegmentProperties.ReadAsync(DatasetId.Parse(new string('f', 32)), null, asOf: null, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_dataset_schema_is_the_union_in_first_seen_order_and_the_last_holder_takes_its_columns_away()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one");
        story.Register("a", "labels", "two", Schemas.Labels);
        story.Register("b", "labels", "three", Schemas.Labels);
        var both = story.Log.Head;
        story.Unregister("a", "labels");
        using var folded = await Folded.UpToHead(story.Log);
        (await Names(folded, story)).ShouldBe(
            ["rerun.controls.RowId", "frame", "/action:Scalars:scalars", "/observation:Scalars:scalars", "/labels:Scalars:scalars"]);

        story.Unregister("b", "labels");
        await folded.CatchUp();
        (await Names(folded, story)).ShouldBe(["rerun.controls.RowId", "frame", "/action:Scalars:scalars", "/observation:Scalars:scalars"]);
        (await folded.Models.Schemas.ReadAsync(story.Dataset, both, Cancel)).FieldCount.ShouldBe(5);
    }

    [Fact]
    public async Task Of_two_schemas_that_conflict_the_first_one_is_shown()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one", new Schema([new Field("x", Int64Type.Default, true)], new Dictionary<string, string> { ["sorbet:version"] = "1" }));
        story.Register("a", "labels", "two", new Schema(
            [new Field("x", StringType.Default, true), new Field("y", StringType.Default, true)], new Dictionary<string, string> { ["sorbet:version"] = "2" }));
        using var folded = await Folded.UpToHead(story.Log);
        var schema = await folded.Models.Schemas.ReadAsync(story.Dataset, null, Cancel);
        schema.FieldsList.Select(f => (f.Name, f.DataType)).ShouldBe([("x", (ArrowType)Int64Type.Default), ("y", StringType.Default)]);
    }

    [Fact]
    public async Task The_chunk_index_tells_where_the_chunks_of_each_layer_lie()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one");
        var before = story.Register("a", "labels", "two", Schemas.Labels);
        story.Register("a", "base", "three");
        using var folded = await Folded.UpToHead(story.Log);

        var chunks = await folded.Models.Chunks.ReadAsync(story.Dataset, "a", null, Cancel);
        chunks.Select(c => (c.Layer, c.ApplicationId, c.Kept, c.Fingerprint)).ShouldBe(
        [
            ("labels", "app", new KeptBytes(KeepMode.Copy, "sha/two", null, null), Story.Hash("two")),
            ("base", "app", new KeptBytes(KeepMode.Copy, "sha/three", null, null), Story.Hash("three")),
        ]);
        chunks.Select(c => Tables.Rows(c.Chunks).Single()).ShouldBe(["/two", "/three"]);
        (await folded.Models.Chunks.ReadAsync(story.Dataset, "a", before, Cancel)).Select(c => c.Layer).ShouldBe(["base", "labels"]);
        (await folded.Models.Chunks.ReadAsync(story.Dataset, "nowhere", null, Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_layer_is_found_by_the_position_of_its_registration_also_when_it_was_replaced_or_its_dataset_deleted()
    {
        var story = new Story(new FakeLog());
        var created = story.Create();
        var first = story.Register("a", "base", "one");
        var second = story.Register("a", "base", "two");
        story.Delete();
        using var folded = await Folded.UpToHead(story.Log);

        var found = await folded.Models.Chunks.FindAsync([created, first, second, 99], Cancel).ToListAsync(Cancel);

        found.Select(l => (l.Position, l.Dataset, l.Segment, l.Layer, l.Kept.Location)).ShouldBe(
            [(first, story.Dataset, "a", "base", "sha/one"), (second, story.Dataset, "a", "base", "sha/two")]);
        found.Select(l => Tables.Rows(l.Chunks).Single()).ShouldBe(["/one", "/two"]);
    }

    [Fact]
    public async Task A_recording_schema_is_found_by_its_hash_also_when_no_layer_has_it_any_more()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.Register("a", "base", "one", Schemas.Joints);
        var joints = story.Layer("a", "base").SchemaSha256;
        story.Register("a", "base", "two", Schemas.Labels);
        var labels = story.Layer("a", "base").SchemaSha256;
        using var folded = await Folded.UpToHead(story.Log);

        var found = await folded.Models.Schemas.FindAsync(story.Dataset, asOf: null, [joints, labels, Story.Hash("unknown")], Cancel);

        found.Keys.ShouldBe([joints, labels], ignoreOrder: true);
        Schema.FromIpcStream(found[joints]).ShouldBe(Schemas.Joints);
        Schema.FromIpcStream(found[labels]).ShouldBe(Schemas.Labels);
    }

    [Fact]
    public async Task The_chunk_indexes_of_many_segments_come_in_one_query_and_are_decoded_once()
    {
        var story = new Story(new FakeLog());
        story.Create();
        foreach (var segment in (string[])["a", "b", "c"])
        {
            story.Register(segment, "base", segment + " one");
            story.Register(segment, "labels", "same in all");
        }

        using var folded = await Folded.UpToHead(story.Log);
        string[] wanted = ["c", "nowhere", "a", "c"];

        var chunks = await folded.Models.Chunks.ReadManyAsync(story.Dataset, wanted, asOf: null, Cancel).ToListAsync(Cancel);
        foreach (var layer in story.Standing.Select(s => story.Layer(s.Segment, s.Layer)))
        {
            story.Log.RemoveBlob(layer.ChunkIndexBlob);
        }

        var again = await folded.Models.Chunks.ReadManyAsync(story.Dataset, wanted, asOf: null, Cancel).ToListAsync(Cancel);

        chunks.Select(c => (c.Segment, c.Layer, Tables.Rows(c.Chunks).Single()))
            .ShouldBe([("a", "base", "/a one"), ("a", "labels", "/same in all"), ("c", "base", "/c one"), ("c", "labels", "/same in all")]);
        again[0].Chunks.ShouldBeSameAs(chunks[0].Chunks);
        chunks[1].Chunks.ShouldBeSameAs(chunks[3].Chunks);
        await Should.ThrowAsync<Strata.Projections.Storage.ReadModelStorageException>(folded.Models.Chunks.ReadAsync(story.Dataset, "b", null, Cancel));
    }

    [Fact]
    public async Task A_quarantined_recording_is_listed_until_and_after_a_person_decided()
    {
        var story = new Story(new FakeLog());
        story.Create();
        var (first, second) = (Story.Hash("first"), Story.Hash("second"));
        var kept = new KeptBytes(KeepMode.Reference, "/recordings/a.rrd", 77, Story.Hash("tail"));
        story.Log.Append(new RecordingQuarantined(first, story.Dataset, "file:///a.rrd", "base", kept, 9, QuarantineReasons.Truncated, "cut at 7", 7, Story.Person));
        story.Log.Append(new RecordingQuarantined(second, story.Dataset, "file:///b.rrd", "base", null, 0, QuarantineReasons.Empty, "empty", null, Story.Person));
        story.Log.Append(new RecordingReleased(first, story.Dataset, true, Story.Person));
        using var folded = await Folded.UpToHead(story.Log);

        (await folded.Models.Quarantine.ReadAsync(story.Dataset, Cancel)).ShouldBe(
        [
            new QuarantineRow(first, story.Dataset, "file:///a.rrd", "base", kept, 9, QuarantineReasons.Truncated, "cut at 7", 7, "released", 2, 1020),
            new QuarantineRow(second, story.Dataset, "file:///b.rrd", "base", null, 0, QuarantineReasons.Empty, "empty", null, "quarantined", 3, 1030),
        ]);
        story.Log.Append(new RecordingDiscarded(second, story.Dataset, Story.Person));
        await folded.CatchUp();
        (await folded.Models.Quarantine.FindAsync(second, Cancel))!.State.ShouldBe("discarded");
        (await folded.Models.Quarantine.FindAsync(Story.Hash("third"), Cancel)).ShouldBeNull();
        (await folded.Models.Quarantine.ReadAsync(DatasetId.New(), Cancel)).ShouldBeEmpty();
    }

    private static async Task<IEnumerable<string>> Names(Folded folded, Story story) =>
        (await folded.Models.Schemas.ReadAsync(story.Dataset, null, Cancel)).FieldsList.Select(f => f.Name);
}
