using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public class FilterTests
{
    private const string File = "sdk/features/log_and_columns.rrd";

    [Fact]
    public async Task Dropped_timelines_and_entities_are_gone_and_everything_else_is_there()
    {
        var before = await Recording.OpenAsync(Edited.Bytes(File));
        var chunks = await before.ChunksAsync();

        var filtered = await FilterAsync(["log_time", "log_tick"], ["/status"]);

        var after = await (await Recording.OpenAsync(filtered)).ChunksAsync();
        after.Select(chunk => chunk.Id).ShouldBe(chunks.Where(chunk => chunk.EntityPath.ToString() != "/status").Select(chunk => chunk.Id));
        after.SelectMany(chunk => chunk.Timelines).Select(timeline => timeline.Name).Distinct().ShouldBe(["late", "frame"]);
        after.Sum(chunk => chunk.NumRows).ShouldBe(chunks.Where(chunk => chunk.EntityPath.ToString() != "/status").Sum(chunk => chunk.NumRows));
        await Edited.ShouldBeSoundAsync(filtered, "filtered");
    }

    [Fact]
    public async Task A_chunk_without_any_timeline_left_is_static_in_its_message_and_in_the_footer()
    {
        var filtered = await FilterAsync(["log_time", "log_tick", "frame", "late"], []);

        var store = (await Recording.OpenAsync(filtered)).Contents.Recordings.ShouldHaveSingleItem();
        store.Manifest.IsStatic.ToArray().ShouldAllBe(isStatic => isStatic);
        await Edited.ShouldBeSoundAsync(filtered, "filtered");
    }

    [Fact]
    public async Task A_tree_is_the_entity_and_all_below_it_and_a_plain_path_is_the_entity_alone()
    {
        const string deep = "sdk/features/static_only.rrd";

        (await EntitiesAsync(await FilterAsync([], ["/world/**"], deep))).ShouldBe(["/__properties"]);
        (await EntitiesAsync(await FilterAsync([], ["/world"], deep))).ShouldBe(["/__properties", "/world/box", "/world/text"]);
    }

    private static async Task<byte[]> FilterAsync(string[] timelines, string[] entities, string file = File)
    {
        var rules = new FilterRules(timelines.ToHashSet(), entities);
        return (await Edited.RunAsync(stream => RecordingFilter.RunAsync([Edited.Input(Edited.Bytes(file))], stream, rules, new EditingOptions(), Edited.Token))).Bytes;
    }

    private static async Task<IEnumerable<string>> EntitiesAsync(byte[] bytes) =>
        (await (await Recording.OpenAsync(bytes)).ChunksAsync()).Select(chunk => chunk.EntityPath.ToString()).Distinct().Order(StringComparer.Ordinal);
}
