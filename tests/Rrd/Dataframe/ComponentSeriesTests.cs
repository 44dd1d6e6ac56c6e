using FsCheck;
using FsCheck.Fluent;
using Strata.Rrd.Dataframe;

namespace Strata.Rrd.Tests.Dataframe;

/// <summary>A column by itself, as derivers take it, has the cells that it has in a dataframe, however its rows lie in chunks.</summary>
public class ComponentSeriesTests
{
    private const string Entity = "/a";
    private const string Component = "Scalars:scalars";

    [Fact]
    public void Its_cells_and_the_latest_at_any_time_are_those_of_the_dataframe() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), async seed =>
        {
            var logged = new Logged(new Random(seed));
            long[] times = [.. Enumerable.Range(-1, 16).Select(time => (long)time)];
            var series = ComponentSeries.Of(logged.Chunks, Component, "frame", TimelineKind.Sequence);
            var segments = await logged.Recording.OpenAsync();

            var rows = await segments.ReadAsync(Dataframes.On("frame", fill: false, Entity));
            var exact = await segments.ReadAsync(Dataframes.On("frame", fill: false, Entity) with { IndexValues = times });
            var latest = await segments.ReadAsync(Dataframes.On("frame", fill: true, Entity) with { IndexValues = times });

            if (logged.HasValues)
            {
                series.Times.ToArray().Select(time => $"{time}").ShouldBe(rows.Column("frame"));
                Enumerable.Range(0, series.Count).Select(i => Text(series, series[i])).ShouldBe(rows.Column($"{Entity}:{Component}"));
                times.Select(time => At(series, time, exactly: true)).ShouldBe(exact.Column($"{Entity}:{Component}"));
                times.Select(time => At(series, time, exactly: false)).ShouldBe(latest.Column($"{Entity}:{Component}"));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rows_that_others_replace_and_times_of_nulls_alone_are_what_looking_at_every_row_gives() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var logged = new Logged(new Random(seed), clears: false);
            var series = ComponentSeries.Of(logged.Chunks, Component, "frame", TimelineKind.Sequence);

            var byTime = logged.Rows.ToLookup(row => row.Time);
            series.Superseded.ShouldBe(byTime.Sum(rows => Math.Max(0, rows.Count(row => row.Value is not null) - 1)));
            series.NullTimes.ToArray().ShouldBe(byTime.Where(rows => rows.All(row => row.Value is null)).Select(rows => rows.Key).Order());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_long_row_of_clears_is_not_gone_over_for_each_time()
    {
        const int count = 200_000;
        var recording = new WrittenRecording().Scalars(Entity, (0, 1)).Clears(Entity, [.. Enumerable.Range(1, count).Select(time => (long)time)]);
        var series = ComponentSeries.Of(recording.Chunks, Component, "frame", TimelineKind.Sequence);

        var found = 0;
        for (var after = 2; after <= series.Count; after++)
        {
            found += series.LatestAt(after, long.MaxValue, out var at) is { } && at == 0 ? 1 : 0;
        }

        found.ShouldBe(count);
    }

    [Fact]
    public void A_chunk_that_comes_twice_counts_once_and_one_without_the_index_says_nothing()
    {
        var chunks = new WrittenRecording().Scalars(Entity, (1, 1), (2, 2)).Chunks;

        ComponentSeries.Of([.. chunks, .. chunks], Component, "frame", TimelineKind.Sequence).Superseded.ShouldBe(0);
        ComponentSeries.Of(chunks, Component, "frame", TimelineKind.Timestamp).Count.ShouldBe(0);
        ComponentSeries.Of(chunks, Component, "frame", TimelineKind.Timestamp).LatestAt(0, 5, out _).ShouldBeNull();
    }

    private static string At(ComponentSeries series, long time, bool exactly)
    {
        var after = series.Times.Span.BinarySearch(time) is var found && found < 0 ? ~found : found + 1;
        return series.LatestAt(after, time, out var at) is { } cell && (!exactly || at == time) ? Text(series, cell) : "null";
    }

    private static string Text(ComponentSeries series, SeriesCell cell) => CanonicalText.Of(series.Sources[cell.Source], cell.Row);

    /// <summary>A few chunks with times that often meet, often repeat and are seldom in order; nulls, empty lists and clears among them.</summary>
    private sealed class Logged
    {
        public Logged(Random random, bool clears = true)
        {
            var isOrdered = random.Next(3) == 0;
            var next = 0L;
            for (var chunk = 0; chunk < 1 + random.Next(4); chunk++)
            {
                if (clears && random.Next(4) == 0)
                {
                    Recording.Clears(Entity, [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => (long)random.Next(12))]);
                }
                var rows = Enumerable.Range(0, 1 + random.Next(8)).Select(_ => (Time: isOrdered ? next += 1 + random.Next(2) : random.Next(12), Value: Values(random))).ToArray();
                Recording.Lists(Entity, rows);
                Rows.AddRange(rows);
            }
        }

        public WrittenRecording Recording { get; } = new();

        public IReadOnlyList<Chunk> Chunks => Recording.Chunks;

        public List<(long Time, double[]? Value)> Rows { get; } = [];

        /// <summary>A column that never holds anything is none of a dataframe.</summary>
        public bool HasValues => Rows.Exists(row => row.Value is { Length: > 0 });

        private static double[]? Values(Random random) => random.Next(6) switch { 0 => null, 1 => [], _ => [random.Next(100), random.NextDouble()] };
    }
}
