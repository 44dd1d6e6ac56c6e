using System.Globalization;
using System.Text.Json.Nodes;

namespace Strata.Bench;

/// <summary>What somebody waits for who works with Rerun's own client: the same calls to Strata and to Rerun's own server, in turns.</summary>
internal static class ClientMeasurement
{
    /// <summary>Ten thousand are long enough to vary little.</summary>
    private const int LongRuns = 3;

    private const int ManySegments = 100;

    private static readonly int[] QuickCounts = [100, 1_000];
    private static readonly int[] FullCounts = [100, 1_000, 10_000];

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        if (!Peer.IsThere)
        {
            Console.Error.WriteLine("client is left out: the client that asks is the SDK's");
            return;
        }

        var program = await Peer.ProgramAsync(cancellationToken);
        var manySegmentsRead = options.Quick ? 40 : 400;
        foreach (var count in options.Quick ? QuickCounts : FullCounts)
        {
            var folder = await RecordingSets.MadeAsync(count, RecordingSets.SmallRows, cancellationToken);
            var runs = count >= FullCounts[^1] ? Math.Min(options.Runs, LongRuns) : options.Runs;
            for (var run = 1; run <= runs; run++)
            {
                foreach (var setup in Setups)
                {
                    await using var session = await ClientSession.StartAsync(setup, run, results, program, cancellationToken);
                    await CallsAsync(session, setup, count, folder, manySegmentsRead, cancellationToken);
                }
            }
        }

        var many = await RecordingSets.MadeAsync(ManySegments, RecordingSets.SmallRows, cancellationToken);
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var setup in Setups)
            {
                await using var session = await ClientSession.StartAsync(setup, run, results, program, cancellationToken);
                await HowToAsync(session, "five", Places.Samples, "first calls of a fresh server", cancellationToken);
                await HowToAsync(session, "hundred", many, "after it", cancellationToken);
                await HowToAsync(session, "five_again", Places.Samples, "warm server", cancellationToken);
            }
        }
    }

    private static ClientSetup[] Setups => [new(Strata: null), .. StrataSetup.All.Select(s => new ClientSetup(s))];

    private static async Task CallsAsync(ClientSession session, ClientSetup setup, int count, string folder, int manyRead, CancellationToken cancellationToken)
    {
        await WarmUpAsync(session, setup, cancellationToken);
        string Name(string what) => string.Create(CultureInfo.InvariantCulture, $"{count} recordings: {what}");
        await session.MeasureAsync(Name("register in one call"), Step("register", "bench", folder), cancellationToken);
        if (setup.DerivesLayers)
        {
            await session.MeasureAsync(Name("then until the last verdict"), Step("verdicts", "bench", count), cancellationToken);
        }

        await session.MeasureAsync(Name("segment table"), Step("segment_table", "bench", count), cancellationToken);
        await session.MeasureAsync(Name("manifest"), Step("manifest", "bench", count), cancellationToken);
        foreach (var read in new[] { 1, Math.Min(manyRead, count) })
        {
            await session.MeasureAsync(Name(string.Create(CultureInfo.InvariantCulture, $"reader of {read}")), Step("reader", "bench", read, RecordingSets.SmallRows), cancellationToken);
        }

        session.AddMemory(Name("memory of the server after it all"));
        JsonArray[] again = setup.Strata is null
            ? [Step("register", "bench", folder), Step("segment_table", "bench", count)]
            : [Step("segment_table", "bench", count)];
        await session.MeasureRestartAsync(Name("restart until the first segment table"), again, cancellationToken);
    }

    /// <summary>Other recordings, and each call once: of interest is a server that stays up.</summary>
    private static async Task WarmUpAsync(ClientSession session, ClientSetup setup, CancellationToken cancellationToken)
    {
        var folder = await RecordingSets.WarmUpAsync(cancellationToken);
        var count = RecordingSets.FilesOf(folder).Count;
        await session.DoAsync(Step("register", "warm_up", folder), cancellationToken);
        if (setup.DerivesLayers)
        {
            await session.DoAsync(Step("verdicts", "warm_up", count), cancellationToken);
        }

        await session.DoAsync(Step("segment_table", "warm_up", count), cancellationToken);
        await session.DoAsync(Step("manifest", "warm_up", count), cancellationToken);
        await session.DoAsync(Step("reader", "warm_up", 1, RecordingSets.SmallRows), cancellationToken);
        await session.DoAsync(Step("reader", "warm_up", count, RecordingSets.SmallRows), cancellationToken);
    }

    private static async Task HowToAsync(ClientSession session, string dataset, string folder, string state, CancellationToken cancellationToken)
    {
        var count = RecordingSets.FilesOf(folder).Count;
        await session.DoAsync(Step("register", dataset, folder), cancellationToken);
        await session.MeasureAsync(string.Create(CultureInfo.InvariantCulture, $"how-to by hand with {count} segments, {state}"), Step("howto", dataset, count), cancellationToken);
    }

    private static JsonArray Step(string name, params JsonNode[] arguments) => [name, .. arguments];
}
