using System.Diagnostics;
using System.Globalization;

namespace Strata.Bench;

/// <summary>
/// Robots that publish to a fleet of processes (registrar, relay, two workers, catalog): recordings a second with full spools, and how long it is from a finished file until its
/// verdict stands in the catalog's segment table, of one robot alone and beside others that publish half as much as they could.
/// </summary>
internal static class RobotMeasurement
{
    private const string Dataset = "robots";
    private const string Verdict = "property:quality:tracking_good";
    private const int Workers = 2;
    private const int WarmUp = 20;

    private static readonly int[] Counts = [1, 10, 50];

    public static async Task RunAsync(Uri broker, BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        for (var run = 1; run <= options.Runs; run++)
        {
            await using var fleet = await FleetProcesses.CreateAsync(broker, cancellationToken);
            await fleet.ServeAsync("registrar", cancellationToken);
            await fleet.ServeAsync("relay,projections", cancellationToken);
            for (var i = 0; i < Workers; i++)
            {
                await fleet.ServeAsync("workers", cancellationToken);
            }

            var catalog = await fleet.ServeAsync("catalog,web", cancellationToken);
            using var client = new StrataClient(catalog);
            var measured = new Fleet(fleet, catalog, client, run, results);
            await measured.WaitForSegmentsAsync(await measured.PublishAsync("warm", 1, WarmUp, cancellationToken), cancellationToken);
            var rate = 0.0;
            foreach (var robots in Counts)
            {
                rate = await measured.RateAsync(robots, (options.Quick ? 200 : 1_000) / robots, cancellationToken);
            }

            var samples = options.Quick ? 30 : 200;
            await measured.LatencyAsync("idle", samples, cancellationToken);
            await measured.LatencyUnderLoadAsync(Counts[^1], rate / 2, samples, cancellationToken);
        }
    }

    private sealed class Fleet(FleetProcesses fleet, Uri catalog, StrataClient client, int run, ResultFile results)
    {
        private int _segments;

        /// <returns>How many segments there are then.</returns>
        public async Task<int> PublishAsync(string name, int robots, int each, CancellationToken cancellationToken)
        {
            var senders = await SpoolAsync(name, robots, each, cancellationToken);
            await Task.WhenAll(senders.Select(r => r.SendAsync(cancellationToken)));
            await DisposeAsync(senders);
            return _segments;
        }

        public async Task<double> RateAsync(int robots, int each, CancellationToken cancellationToken)
        {
            var senders = await SpoolAsync($"r{robots}", robots, each, cancellationToken);
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(senders.Select(r => r.SendAsync(cancellationToken)));
            var answered = clock.Elapsed.TotalSeconds;
            await WaitForSegmentsAsync(_segments, cancellationToken);
            var rate = robots * each / clock.Elapsed.TotalSeconds;
            await DisposeAsync(senders);
            var what = string.Create(CultureInfo.InvariantCulture, $"{robots} robots with full spools, {robots * each} recordings of 10 kB");
            results.Add(new Sample(what + ": until the last is answered", Side.Strata, run, robots * each / answered, "recordings/s"));
            results.Add(new Sample(what + ": until the last verdict is visible", Side.Strata, run, rate, "recordings/s"));
            Console.Error.WriteLine($"{what}: {robots * each / answered:0.0} answered/s, {rate:0.0} with verdict/s (load {Machine.LoadAverage():0.0})");
            return rate;
        }

        public async Task LatencyAsync(string state, int samples, CancellationToken cancellationToken)
        {
            await using var robot = new BenchRobot($"probe-{state}", catalog, fleet);
            var took = new List<double>();
            await robot.SendDuringAsync(
                async () =>
                {
                    for (var i = 0; i < samples; i++)
                    {
                        var segment = $"probe_{state}_{i:D5}";
                        var file = await robot.RecordAsync(segment, cancellationToken);
                        var clock = Stopwatch.StartNew();
                        await robot.SpoolAsync(file, Dataset, cancellationToken);
                        while (!await client.HasAsync(Dataset, segment, Verdict, cancellationToken))
                        {
                            await Task.Delay(1, cancellationToken);
                        }

                        took.Add(clock.Elapsed.TotalMilliseconds);
                        _segments++;
                    }
                },
                cancellationToken);
            took.Sort();
            Add(state, "p50", took[took.Count / 2]);
            Add(state, "p99", took[(int)Math.Ceiling(took.Count * 0.99) - 1]);
        }

        /// <param name="rate">Recordings a second, of all robots together.</param>
        public async Task LatencyUnderLoadAsync(int robots, double rate, int samples, CancellationToken cancellationToken)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var others = Enumerable.Range(1, robots).Select(async n =>
            {
                await using var robot = new BenchRobot($"load-{n}", catalog, fleet);
                await robot.SendDuringAsync(() => RecordAsync(robot, n, robots / rate, over.Token, cancellationToken), cancellationToken);
            }).ToList();
            await LatencyAsync(string.Create(CultureInfo.InvariantCulture, $"{robots} others publish half of what they could"), samples, cancellationToken);
            await over.CancelAsync();
            await Task.WhenAll(others);
            results.Add(new Sample($"publish → verdict visible, {robots} others: they published", Side.Strata, run, rate, "recordings/s"));
        }

        /// <summary>Ends when so many segments have their verdict in the segment table.</summary>
        public async Task WaitForSegmentsAsync(int count, CancellationToken cancellationToken)
        {
            while (await client.CountAsync(Dataset, Verdict, cancellationToken) < count)
            {
                await Task.Delay(20, cancellationToken);
            }
        }

        private static async Task RecordAsync(BenchRobot robot, int number, double everySeconds, CancellationToken until, CancellationToken cancellationToken)
        {
            // Not all at once: each begins at its own part of the time between two recordings.
            await Task.Delay(TimeSpan.FromSeconds(everySeconds * Random.Shared.NextDouble()), until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            for (var i = 0; !until.IsCancellationRequested; i++)
            {
                await robot.SpoolAsync(await robot.RecordAsync($"load_{number}_{i:D5}", cancellationToken), Dataset, cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(everySeconds), until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        private static async Task DisposeAsync(IEnumerable<BenchRobot> robots)
        {
            foreach (var robot in robots)
            {
                await robot.DisposeAsync();
            }
        }

        private async Task<IReadOnlyList<BenchRobot>> SpoolAsync(string name, int robots, int each, CancellationToken cancellationToken)
        {
            BenchRobot[] all = [.. Enumerable.Range(1, robots).Select(n => new BenchRobot($"{name}-{n}", catalog, fleet))];
            foreach (var (n, robot) in all.Index())
            {
                for (var i = 0; i < each; i++)
                {
                    await robot.SpoolAsync(await robot.RecordAsync($"{name}_{n}_{i:D5}", cancellationToken), Dataset, cancellationToken);
                }
            }

            _segments += robots * each;
            return all;
        }

        private void Add(string state, string percentile, double milliseconds)
        {
            results.Add(new Sample($"from a finished file until its verdict is visible, {state}: {percentile}", Side.Strata, run, milliseconds, "ms"));
            Console.Error.WriteLine($"publish → visible, {state}: {percentile} {milliseconds:0.0} ms (load {Machine.LoadAverage():0.0})");
        }
    }
}
