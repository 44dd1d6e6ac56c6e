using System.Collections.Frozen;
using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Strata.Catalog.Reading;

namespace Strata.Catalog.Tests;

/// <summary>Random chunks, nulls, ties and gaps against looking at every row.</summary>
public class ChunkSelectionPropertiesTests
{
    private const string Segment = "s";
    private const int LastTime = 12;

    private static readonly string[] Entities = ["/a", "/a/b", "/c"];
    private static readonly string[] Components = ["x", "y"];
    private static readonly string[] Timelines = ["t", "u"];

    [Fact]
    public void Every_chunk_with_a_row_that_a_query_needs_is_chosen() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var layer = RandomLayer(random);
            var (query, wanted) = RandomQuery(random);

            var chosen = ChunkSelector.Select(layer.IndexAsync().GetAwaiter().GetResult(), Segment, query);

            Needed(layer, query, wanted).ShouldBeSubsetOf(chosen, $"{query}");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_chunk_is_chosen_that_could_not_change_an_answer() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var layer = RandomLayer(random);
            var (query, wanted) = RandomQuery(random);

            var chosen = ChunkSelector.Select(layer.IndexAsync().GetAwaiter().GetResult(), Segment, query);

            foreach (var chunk in chosen)
            {
                wanted.Keys.ShouldContain(layer.Chunks[chunk].EntityPath.ToString());
                if (!layer.Chunks[chunk].IsStatic)
                {
                    query.Times.Any(times => Touches(layer, chunk, times, wanted)).ShouldBeTrue($"{query} chose chunk {chunk}");
                }
            }
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<int> Needed(LoggedLayer layer, ChunkQuery query, IReadOnlyDictionary<string, string[]> wanted)
    {
        var statics = Enumerable.Range(0, layer.Chunks.Count).Where(c => query.Statics && layer.Chunks[c].IsStatic && wanted.ContainsKey(layer.Chunks[c].EntityPath.ToString()));
        return statics.Concat(query.Times.SelectMany(times => times switch
        {
            AllTimes => Enumerable.Range(0, layer.Chunks.Count).Where(c => !layer.Chunks[c].IsStatic && wanted.ContainsKey(layer.Chunks[c].EntityPath.ToString())),
            TimesBetween range => Rows(range.Timeline).Where(r => r.Time >= range.Start && r.Time <= range.End).Select(r => r.Chunk),
            LatestAt latest => Current(latest.Timeline, latest.At),
            SampledTimes { Fill: true } samples => samples.TimesOfSegments[Segment].SelectMany(t => Current(samples.Timeline, t)),
            SampledTimes samples => Rows(samples.Timeline).Where(r => samples.TimesOfSegments[Segment].Contains(r.Time)).Select(r => r.Chunk),
            _ => throw new ArgumentException($"{times}", nameof(query)),
        }));

        IEnumerable<LoggedRow> Rows(string timeline) => layer.RowsOn(timeline).Where(r => wanted.ContainsKey(r.Entity));

        IEnumerable<int> Current(string timeline, long at) =>
            from row in Rows(timeline)
            where row.Time <= at
            from component in row.Components
            where wanted[row.Entity].Contains(component)
            group row by (row.Entity, component) into history
            select history.MaxBy(r => (r.Time, r.RowId))!.Chunk;
    }

    private static bool Touches(LoggedLayer layer, int chunk, TimeSelection times, IReadOnlyDictionary<string, string[]> wanted)
    {
        IEnumerable<LoggedRow> Rows(string timeline) => layer.RowsOn(timeline).Where(r => r.Chunk == chunk);

        // A chunk all of whose components are null in every row tells its index nothing.
        bool MayHold(string timeline, long at) => Rows(timeline).Any(r => r.Time <= at && r.Components.Any(c => wanted[r.Entity].Contains(c)))
            || Rows(timeline).All(r => r.Components.Count == 0);

        return times switch
        {
            TimesBetween range => Rows(range.Timeline).Select(r => r.Time).ToList() is { Count: > 0 } at && at.Min() <= range.End && at.Max() >= range.Start,
            LatestAt latest => MayHold(latest.Timeline, latest.At),
            SampledTimes { Fill: true } samples => samples.TimesOfSegments[Segment].Any(t => MayHold(samples.Timeline, t)),
            SampledTimes samples => Rows(samples.Timeline).Select(r => r.Time).ToList() is { Count: > 0 } at
                && samples.TimesOfSegments[Segment].Any(t => t >= at.Min() && t <= at.Max()),
            _ => true,
        };
    }

    private static LoggedLayer RandomLayer(Random random)
    {
        var layer = new LoggedLayer();
        for (var chunks = random.Next(1, 9); chunks > 0; chunks--)
        {
            var rows = random.Next(1, 5);
            var names = random.Next(5) == 0 ? [] : Timelines.Where(_ => random.Next(3) > 0).ToArray();
            layer.Add(
                Entities[random.Next(Entities.Length)],
                names.ToDictionary(t => t, _ => Enumerable.Range(0, rows).Select(_ => (long)random.Next(LastTime)).ToArray()),
                Components.Take(random.Next(1, 3)).ToDictionary(c => c, _ => Enumerable.Range(0, rows).Select(_ => random.Next(3) == 0 ? (int?)null : random.Next()).ToArray()));
        }

        return layer;
    }

    private static (ChunkQuery Query, IReadOnlyDictionary<string, string[]> Wanted) RandomQuery(Random random)
    {
        var wanted = Entities.Where(_ => random.Next(3) > 0).ToDictionary(e => e, _ => random.Next(2) == 0 ? Components : [Components[random.Next(2)]]);
        var contents = ContentFilter.Of(wanted.Select(w => KeyValuePair.Create(w.Key, w.Value.Length == Components.Length ? null : w.Value.ToFrozenSet())));
        var times = Enumerable.Range(0, random.Next(3)).Select(_ => RandomTimes(random)).ToImmutableArray();
        return (new ChunkQuery(null, contents, times, Statics: random.Next(4) > 0), wanted);
    }

    private static TimeSelection RandomTimes(Random random)
    {
        var timeline = Timelines[random.Next(Timelines.Length)];
        var (a, b) = (random.Next(-1, LastTime + 1), random.Next(-1, LastTime + 1));
        return random.Next(5) switch
        {
            0 => new AllTimes(),
            1 => new TimesBetween(timeline, Math.Min(a, b), Math.Max(a, b)),
            2 => new LatestAt(timeline, a),
            var kind => new SampledTimes(
                timeline,
                FrozenDictionary.ToFrozenDictionary([KeyValuePair.Create(Segment, Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(-1, LastTime + 1)).Order().ToImmutableArray())]),
                Fill: kind == 3),
        };
    }
}
