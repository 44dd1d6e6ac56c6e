using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Random times, duplicates, nulls and chunk borders against the slow and obvious way.</summary>
public class AlignmentPropertiesTests
{
    private const string Command = "/action/joint_positions";
    private const string Observation = "/observation/joint_positions";

    [Fact]
    public void A_series_is_what_looking_at_every_row_gives() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var logged = new Logged(new Random(seed));
            foreach (var keepNulls in new[] { false, true })
            {
                var series = logged.SeriesOf(Command, keepNulls);

                var expected = logged.Naive(Command).Where(e => keepNulls || e.Value.Row is not null).ToList();
                series.Times.ToArray().ShouldBe(expected.Select(e => e.Key));
                series.Cells.Select(c => Values(series, c)).ShouldBe(expected.Select(e => e.Value.Row is { } row ? string.Join(",", row) : "nothing"));
                series.Superseded.ShouldBe(logged.Naive(Command).Values.Sum(v => v.Superseded));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Alignment_is_what_looking_for_each_rows_command_gives() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var logged = new Logged(random);
            var commands = logged.SeriesOf(Command, keepNulls: false);
            var observations = logged.SeriesOf(Observation, keepNulls: true);
            long? maxAge = random.Next(2) == 0 ? random.Next(6) : null;
            var delay = random.Next(3);

            var aligned = RowAlignment.Align([commands], [observations], AlignmentChoice.Auto, maxAge, delay);

            var known = logged.Naive(Command).Where(e => e.Value.Row is not null).ToDictionary(e => e.Key, e => string.Join(",", e.Value.Row!));
            var observed = observations.Times.ToArray().Zip(observations.Cells).Where(p => p.Second.HasValue).Select(p => p.First).ToList();
            (aligned.Rule.Method == AlignmentMethod.Exact).ShouldBe(observed.Count > 0 && 2 * observed.Count(t => known.ContainsKey(t - delay)) >= observed.Count);
            var age = maxAge ?? 2 * Median(known.Keys);
            aligned.Times.ToArray().ShouldBe(observations.Times.ToArray());
            for (var row = 0; row < aligned.Times.Length; row++)
            {
                var wanted = aligned.Times.Span[row] - delay;
                var before = known.Keys.Where(t => t <= wanted).ToList();
                var expected = aligned.Rule.Method == AlignmentMethod.Exact ? known.GetValueOrDefault(wanted, "nothing")
                    : before.Count == 0 ? "nothing"
                    : wanted - before.Max() > age ? "too old"
                    : known[before.Max()];
                Values(commands, aligned.Commands[0].Cells[row]).ShouldBe(expected);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_chunks_in_a_file_does_not_change_a_byte() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), async seed =>
        {
            var random = new Random(seed);
            var chunks = new Logged(random).Chunks;
            var shuffled = chunks.ToArray();
            random.Shuffle(shuffled);
            var fingerprint = Sha256Digest.Of([1]);

            var first = await DeriveAsync(chunks, fingerprint);
            var second = await DeriveAsync(shuffled, fingerprint);

            if (first is Derivation.Derived derived)
            {
                second.ShouldBeOfType<Derivation.Derived>().Rrd.Span.SequenceEqual(derived.Rrd.Span).ShouldBeTrue();
            }
            else
            {
                second.ShouldBe(first);
            }
        }).QuickCheckThrowOnFailure();

    private static Task<Derivation> DeriveAsync(IEnumerable<Chunk> chunks, Sha256Digest fingerprint) =>
        Deriving.TrackingErrorAsync(RecordingBuilder.ToRrd(chunks), "{}", fingerprint);

    private static double Median(IEnumerable<long> times)
    {
        var sorted = times.Order().ToList();
        var intervals = sorted.Zip(sorted.Skip(1), (a, b) => b - a).Order().ToList();
        return intervals.Count == 0 ? 0
            : intervals.Count % 2 == 1 ? intervals[intervals.Count / 2]
            : (intervals[intervals.Count / 2 - 1] + intervals[intervals.Count / 2]) / 2.0;
    }

    private static string Values(JointSeries series, CellRef cell)
    {
        if (!cell.HasValue)
        {
            return cell.IsTooOld ? "too old" : "nothing";
        }

        var block = series.Blocks[cell.Block];
        return string.Join(",", block.Values[block.Offsets[cell.Row]..block.Offsets[cell.Row + 1]].ToArray());
    }

    /// <summary>A few chunks of either side with times that often meet, often repeat and are seldom in order.</summary>
    private sealed class Logged
    {
        private readonly List<(string Entity, long Time, Tuid RowId, double[]? Row)> _rows = [];

        public Logged(Random random)
        {
            var builder = new RecordingBuilder();
            var isOrdered = random.Next(3) == 0;
            var next = 0L;
            // Both sides exist, so that there is something to compare.
            foreach (var entity in new[] { Command, Observation }.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(2) == 0 ? Command : Observation)))
            {
                var count = 1 + random.Next(8);
                var times = Enumerable.Range(0, count).Select(_ => isOrdered ? next += 1 + random.Next(2) : random.Next(12)).ToArray();
                var rows = times.Select(_ => random.Next(6) switch { 0 => null, 1 => Array.Empty<double>(), _ => [random.Next(100), random.NextDouble()] }).ToArray();
                builder.Add(entity, times, [.. rows.Select(row => row?.Select(v => (double?)v).ToArray())]);
                for (var i = 0; i < count; i++)
                {
                    _rows.Add((entity, times[i], builder.Chunks[^1].RowId(i), rows[i]));
                }
            }

            Chunks = builder.Chunks;
        }

        public IReadOnlyList<Chunk> Chunks { get; }

        public JointSeries SeriesOf(string entity, bool keepNulls) =>
            JointSeries.Of(Chunks, EntityColumn.Parse(entity), ("real_time", Strata.Rrd.TimelineKind.Timestamp), keepNulls);

        public SortedDictionary<long, (double[]? Row, int Superseded)> Naive(string entity) => new(_rows.Where(r => r.Entity == entity).GroupBy(r => r.Time).ToDictionary(
            g => g.Key,
            g => (g.Where(r => r.Row is not null).OrderBy(r => r.RowId).LastOrDefault().Row, Math.Max(0, g.Count(r => r.Row is not null) - 1))));
    }
}
