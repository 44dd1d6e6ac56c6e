using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Tests.Support;

/// <summary>Histories that touch every table, and everything that read models show, as text.</summary>
public static class Histories
{
    /// <summary>A row in every table of every kind.</summary>
    public static Story Long()
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.HowTo();
        var kept = new KeptBytes(KeepMode.Reference, "/recordings/broken.rrd", 77, Story.Hash("tail"));
        foreach (var segment in (string[])["b", "a", "c", "d"])
        {
            story.Register(segment, "base", segment + " one", properties: Schemas.Properties(("episode:note", segment), ("episode:score", 0.5)));
        }

        story.Derive("a", "tracking_error", "error a", Schemas.Properties(("tracking_error:mean", 0.1)));
        story.Derive("a", "quality", "quality a", Schemas.Properties(("quality:tracking_good", true)));
        story.Derive("b", "tracking_error", "error b", Schemas.Properties(("tracking_error:mean", 0.2)));
        story.Fail("c", "tracking_error");
        story.Register("e", "base", "e one", Schemas.Labels);
        story.SkipSchema("tracking_error", story.Layer("e", "base").SchemaSha256);
        story.Unregister("b", "tracking_error");
        story.Suppress("b", "tracking_error");
        story.Log.Append(new RecordingQuarantined(Story.Hash("q"), story.Dataset, "file:///broken.rrd", "base", kept, 9, QuarantineReasons.Truncated, "cut", 7, Story.Person));
        story.Log.Append(new RecordingReleased(Story.Hash("q"), story.Dataset, false, Story.Person));
        story.Sender = Story.Robot("r1");
        story.Quarantine("of a robot");
        story.Register("h", "base", "h one");
        story.Derive("h", "tracking_error", "error h", Schemas.Properties(("tracking_error:mean", 0.3)));
        story.Derive("h", "quality", "quality h", Schemas.Verdict(false));
        story.Sender = Story.Person;
        story.Register("a", "base", "a two", properties: Schemas.Properties(("episode:note", "again"), ("episode:score", 0.75)));
        story.Declare("tracking_error", ["base"], "tracking_error", """{"joints":[0,1]}""");
        story.Register(story.Make("f", "base", "f one"), story.Make("g", "base", "g one", Schemas.Labels));
        story.Register(story.Make("r", "base", "r one") with { Kept = kept });
        story.Resume("b", "tracking_error");
        story.Suppress("c", "tracking_error");
        story.Declare("gaps", ["base"], "gaps", outputs: new([], ["gaps"]));
        story.Register("i", "base", "i one");
        story.Derive("i", "gaps", "gaps i");
        story.Retire("gaps");
        story.Rename("arms of cell 7");
        story.Refer(DatasetId.Parse(new string('b', 32)), "joints", "fleet", DatasetId.Parse(new string('a', 32)));
        story.SetProperties("a", 11, Schemas.Properties(("tags:reviewed", false), ("asset:mode", "OptIn")));
        story.SetProperties("a", 12, Schemas.Properties(("tags:reviewed", true), ("tags:by", "ann")));
        story.SetProperties("b", 13, Schemas.Properties(("review:verdict", "good")));
        story.Log.Append(new SegmentPropertiesRemoved(story.Dataset, "b", 13, Story.Person));
        story.Backfill("back", "tracking_error", version: 2);
        story.Admit("back", "tracking_error", "a", "b", "e", "f");
        story.Derive("b", "tracking_error", "error b again", Schemas.Properties(("tracking_error:mean", 0.4)), version: 2, backfill: "back");
        story.SkipSchema("tracking_error", story.Layer("e", "base").SchemaSha256, version: 2, backfill: "back");
        story.PauseBackfill("back", "tracking_error");
        story.ResumeBackfill("back", "tracking_error");
        story.CancelBackfill("back", "tracking_error");
        story.Log.Append(new BackfillStarted(
            "done", story.Dataset, "tracking_error", 2, "tracking_error", 1, true, "property:tracking_error:mean > 0.1", 20, 7, Story.Person));
        story.FinishBackfill("done", "tracking_error");
        story.Log.Append(new DatasetPinned(DatasetId.Parse(new string('c', 32)), "arms v1", story.Dataset, 9, Story.Person));
        story.Log.Append(new RetentionDeclared(story.Dataset, 0, Story.Person));
        story.Log.Append(new BytesReleased(kept.Location, 9, 9, Story.Person));
        var gone = new Story(story.Log, new string('9', 32));
        gone.CreateWithCompanions(DatasetId.Parse(new string('8', 32)), DatasetId.Parse(new string('7', 32)), "gone");
        gone.HowTo();
        gone.Register("a", "base", "gone one");
        gone.Backfill("of gone", "tracking_error");
        gone.Delete(DatasetId.Parse(new string('8', 32)), DatasetId.Parse(new string('7', 32)));
        story.Log.Append(new RecordingPurged(gone.Dataset, "a", "asked for it", [new("base", Story.Hash("gone one"), null)], Story.Person));
        story.Log.Append(new RegistrationFinished("r", story.Dataset, [new("a", "base", "file:///a.rrd", "already exists")], Story.Person));
        return story;
    }

    /// <summary>The tables of a dataset as of a position.</summary>
    public static async Task<string> Show(IReadModels models, DatasetId dataset, long? asOf)
    {
        var cancel = TestContext.Current.CancellationToken;
        var segments = await models.Segments.ReadAsync(dataset, new TableQuery(AsOf: asOf), cancel);
        var manifest = await models.Manifest.ReadAsync(dataset, new TableQuery(AsOf: asOf), cancel);
        var schema = await models.Schemas.ReadAsync(dataset, asOf, cancel);
        var fleet = await models.Fleet.ReadAsync(asOf, cancel);
        var backfills = await models.Backfills.ListAsync(dataset, asOf, cancel);
        var chunks = new List<string>();
        foreach (var segment in Tables.Column(segments, "rerun_segment_id"))
        {
            var layers = await models.Chunks.ReadAsync(dataset, segment, asOf, cancel);
            chunks.AddRange(layers.Select(l => $"{segment} {l.Layer} {l.Kept.Location} {Tables.Rows(l.Chunks).Single()}"));
        }

        return string.Join('\n', (string[])
        [
            segments.Schema.ToString(), .. Tables.Rows(segments), manifest.Schema.ToString(), .. Tables.Rows(manifest), schema.ToString(), .. chunks, .. fleet.Select(r => r.ToString()), .. backfills.Select(b => b.ToString()),
        ]);
    }

    /// <summary>Changes the live file behind the program's back.</summary>
    public static void Sql(Folded folded, string sql) => Sql(folded.Models.CatalogTables, sql);

    /// <inheritdoc cref="Sql(Folded, string)"/>
    internal static void Sql(FoldedTables tables, string sql)
    {
        using var database = SqliteDatabase.OpenReadWrite(LivePath(tables));
        database.Execute(sql);
    }

    /// <summary>Of the catalog.</summary>
    public static string LivePath(Folded folded) => LivePath(folded.Models.CatalogTables);

    internal static string LivePath(FoldedTables tables) => tables.Files.PathOf(tables.Files.ReadPointer()!.Value);
}
