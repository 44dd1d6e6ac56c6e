using Strata.Arrow;
using Strata.Rrd.Editing;
using Strata.Rrd.Tests.Hostile;

namespace Strata.Rrd.Tests.Editing;

public class SplitTests
{
    private const string File = "sdk/features/log_and_columns.rrd";

    [Fact]
    public async Task Each_row_on_the_timeline_is_in_the_part_of_its_time_and_in_no_other()
    {
        var parts = await SplitAsync(File, "frame", 15, 25);

        var all = await TimesAsync(Edited.Bytes(File), "/arm");
        var (first, second, third) = (await TimesAsync(parts[0], "/arm"), await TimesAsync(parts[1], "/arm"), await TimesAsync(parts[2], "/arm"));
        first.ShouldBe(all.Where(time => time < 15));
        second.ShouldBe(all.Where(time => time is >= 15 and < 25));
        third.ShouldBe(all.Where(time => time >= 25));
        for (var part = 0; part < parts.Count; part++)
        {
            await Edited.ShouldBeSoundAsync(parts[part], $"part {part}");
            (await Recording.OpenAsync(parts[part])).Contents.Recordings.ShouldHaveSingleItem().Id.RecordingId.ShouldBe($"feature_log_and_columns-{part}");
        }
    }

    [Fact]
    public async Task A_part_begins_with_the_last_value_before_it_unless_it_has_one_of_its_own_there()
    {
        var parts = await SplitAsync(File, "frame", 15, 30);

        (await TimesAsync(parts[1], "/status")).ShouldBe([20, 10]);
        (await TimesAsync(parts[2], "/status")).ShouldBe([30]);
        var carried = (await (await Recording.OpenAsync(parts[1])).ChunksAsync()).Last();
        var original = (await (await Recording.OpenAsync(Edited.Bytes(File))).ChunksAsync()).Single(chunk => chunk.EntityPath.ToString() == "/status");
        carried.RowId(0).ShouldBeGreaterThan(original.RowId(1));
        CellText.Of(carried.Components[0].Lists, 0).ShouldBe(CellText.Of(original.Components[0].Lists, 1));
    }

    [Fact]
    public async Task Static_data_is_in_every_part_and_chunks_without_the_timeline_are_named()
    {
        var reader = await Recording.OpenAsync(Edited.Bytes(File));
        var store = reader.Contents.Recordings.Single();
        var split = new RecordingSplit(reader, store, SplitPlan.At(store, "frame", [15]), new SplitOptions("part ", DropUnusedTimelines: false));

        split.LeftOut.ShouldHaveSingleItem().NumRows.ShouldBe(1);
        foreach (var part in await SplitAsync(File, "frame", 15))
        {
            (await (await Recording.OpenAsync(part)).ChunksAsync()).Count(chunk => chunk.IsStatic).ShouldBe(2);
        }
    }

    [Fact]
    public async Task Unused_timelines_go_when_that_is_asked_for()
    {
        foreach (var part in await SplitAsync(File, "frame", drop: true, 15))
        {
            (await (await Recording.OpenAsync(part)).ChunksAsync()).SelectMany(chunk => chunk.Timelines).Select(timeline => timeline.Name).Distinct().ShouldBe(["frame"]);
        }
    }

    // Each part looks for the last value of every component before it: once for each chunk, not once for each component in it.
    [Fact]
    public async Task A_chunk_of_many_components_is_read_once_for_what_lies_in_the_part_and_twice_for_what_lies_before_it()
    {
        const int components = 50;
        var columns = Enumerable.Range(0, components).Select(k => (BombMessages.Field($"c{k}", new ListType(Int64Type.Default), "data"), (IArrowArray)ListArray.From(new Field("item", Int64Type.Default, nullable: true), Ones(k), Int64Array.From([7]), [.. Enumerable.Range(0, components).Select(row => row == k)])));
        var frames = (BombMessages.Field("frame", Int64Type.Default, "index"), (IArrowArray)Int64Array.From([.. Enumerable.Range(0, components).Select(row => (long)row)]));
        var file = BombMessages.File(BombMessages.Chunk(BombMessages.Batch("/a", components, [frames, .. columns])));
        var bytes = new CountedBytes(file);
        var reader = await RrdReader.OpenAsync(bytes, Edited.Token);
        var store = reader.Contents.Recordings.Single();
        var opened = bytes.Read;

        using var stream = new MemoryStream();
        var part = await new RecordingSplit(reader, store, SplitPlan.At(store, "frame", [components - 1]), new SplitOptions("part ", DropUnusedTimelines: false)).WriteAsync(1, stream, WriterProfile.V1, Edited.Token);

        part.CarriedRows.ShouldBe(components - 1, "each component has its one value in a row of its own");
        (bytes.Read - opened).ShouldBeLessThan(4 * file.Length);

        static int[] Ones(int row) => [.. Enumerable.Range(0, components + 1).Select(k => k > row ? 1 : 0)];
    }

    // The frames go from 0 to 72, which are 73 values. Rerun's program cuts so, too: the last part has what is left over.
    [Theory]
    [InlineData(1, new long[0])]
    [InlineData(2, new long[] { 36 })]
    [InlineData(3, new long[] { 24, 48 })]
    [InlineData(7, new long[] { 10, 20, 30, 40, 50, 60 })]
    public async Task Parts_of_the_same_length_cover_the_whole_timeline(int parts, long[] cuts)
    {
        var store = (await Recording.OpenAsync(Edited.Bytes("sdk/features/multi_timeline.rrd"))).Contents.Recordings.Single();

        var plan = SplitPlan.IntoParts(store, "frame", parts);

        plan.Cuts.ShouldBe(cuts);
        plan.Range(0).Start.ShouldBe(long.MinValue);
        plan.Range(parts - 1).End.ShouldBeNull();
    }

    [Fact]
    public async Task As_many_parts_as_values_are_one_value_each_and_more_are_refused()
    {
        var store = (await Recording.OpenAsync(Edited.Bytes("sdk/features/multi_timeline.rrd"))).Contents.Recordings.Single();

        SplitPlan.IntoParts(store, "frame", 73).Cuts.ShouldBe(Enumerable.Range(1, 72).Select(cut => (long)cut));
        Should.Throw<ArgumentException>(() => SplitPlan.IntoParts(store, "frame", 74)).Message.ShouldContain("at most 73 parts");
        Should.Throw<ArgumentException>(() => SplitPlan.At(store, "nope", [1])).Message.ShouldContain("elapsed, frame, stamp");
    }

    private static Task<IReadOnlyList<byte[]>> SplitAsync(string file, string timeline, params long[] cuts) => SplitAsync(file, timeline, drop: false, cuts);

    private static async Task<IReadOnlyList<byte[]>> SplitAsync(string file, string timeline, bool drop, params long[] cuts)
    {
        var reader = await Recording.OpenAsync(Edited.Bytes(file));
        var store = reader.Contents.Recordings.Single();
        var plan = SplitPlan.At(store, timeline, cuts);
        var split = new RecordingSplit(reader, store, plan, new SplitOptions(store.Id.RecordingId + "-", drop));
        var parts = new List<byte[]>();
        for (var part = 0; part < plan.Parts; part++)
        {
            using var stream = new MemoryStream();
            (await split.WriteAsync(part, stream, WriterProfile.V1, Edited.Token)).FooterLeftOut.ShouldBeNull();
            parts.Add(stream.ToArray());
        }
        return parts;
    }

    private static async Task<List<long>> TimesAsync(byte[] bytes, string entity)
    {
        var times = new List<long>();
        foreach (var chunk in (await (await Recording.OpenAsync(bytes)).ChunksAsync()).Where(chunk => chunk.EntityPath.ToString() == entity && chunk.Timeline("frame") is not null))
        {
            times.AddRange(chunk.Timeline("frame")!.Times);
        }
        return times;
    }
}
