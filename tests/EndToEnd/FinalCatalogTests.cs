using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Strata.Cli;
using Strata.Servers;
using Strata.UnreliableBus;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// What a catalog comes to depends on what was registered and on its rules, and on nothing that happens on the way: not on the order of recordings, on how often and
/// under which policy each was delivered, on how they were cut into calls, on calls that ran at once, on restarts, or on what the bus lost, doubled and reordered.
/// <para>
/// What order may change, and what is therefore kept out of the histories or out of the comparison:
/// times, positions and attempts; the order of columns, and of layers in a list, which is that of registration;
/// which of two contents of one layer stands (the last replace, or the first of the others: each layer has one content here);
/// a recording that a rule's layer keeps out under SKIP (no SKIP under a rule's name here);
/// which segments a rule is for, since a declaration counts from then on (rules are declared first here);
/// and, where a person's layer stands under a rule's name, why the rule's own does not (it came first and gave way, it was skipped for the given one, or its input has
/// nothing to derive from).
/// </para>
/// </summary>
public sealed class FinalCatalogTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Dataset = "arms";

    private static readonly string[] Segments = ["s0", "s1", "s2", "s3"];
    private static readonly string[] Policies = ["known", "error", "replace"];

    /// <summary>Of a settled history: one that never settles is a failure, and says so. A claim that a restart left lapses after a minute of its own.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _recordings = Directory.CreateTempSubdirectory("strata-final-").FullName;

    public void Dispose() => Directory.Delete(_recordings, recursive: true);

    private enum Content
    {
        Good,
        Bad,
        OtherEntities,
        Property,
    }

    private enum Then
    {
        /// <summary>The next delivery of the same layer and policy comes in the same call.</summary>
        GoOn,
        EndCall,
        EndCallAndRunTheNextAtOnce,
        Settle,
        Restart,
    }

    private sealed record Recording(string Segment, string Layer, Content Content);

    private sealed record Delivery(Recording Recording, string Policy, Then Then);

    private sealed record History(string Threshold, Recording[] Recordings, Delivery[] Deliveries, int BusSeed)
    {
        public override string ToString() => $"threshold {Threshold}, bus {BusSeed}: {string.Join(", ", Deliveries.Select(d => $"{d.Recording.Segment}/{d.Recording.Layer} {d.Recording.Content} {d.Policy} {d.Then}"))}";
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_final_catalog_depends_only_on_the_set_of_recordings_and_policies(bool inPostgres)
    {
        Assert.SkipWhen(inPostgres && postgres.ConnectionString is null, postgres.Absence);
        Prop.ForAll(AnyHistory(), history =>
        {
            CheckAsync(history, inPostgres).GetAwaiter().GetResult(); // FsCheck calls properties synchronously
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(PropertyRuns.Of(inPostgres)));
    }

    private static Arbitrary<History> AnyHistory() =>
        (from threshold in Gen.Elements("0.13", "0.5")
         from recordings in Gen.Elements(Segments.SelectMany(RecordingsOf).ToArray()).ArrayOf(12)
         let set = recordings.DistinctBy(r => (r.Segment, r.Layer)).ToArray()
         from copies in Gen.Choose(1, 3).ArrayOf(set.Length)
         from order in Gen.Shuffle(set.Zip(copies).SelectMany(r => Enumerable.Repeat(r.First, r.Second)).ToArray())
         from policies in Gen.Elements(Policies).ArrayOf(order.Length)
         from then in Gen.Elements(Enum.GetValues<Then>()).ArrayOf(order.Length)
         from seed in Gen.Choose(0, int.MaxValue)
         select new History(threshold, set, [.. order.Select((r, i) => new Delivery(r, policies[i], then[i]))], seed)).ToArbitrary();

    /// <summary>Most segments have a base, some a person's own layer under a rule's name, some one that no rule reads.</summary>
    private static IEnumerable<Recording> RecordingsOf(string segment) =>
    [
        new(segment, "base", Content.Good), new(segment, "base", Content.Bad), new(segment, "base", Content.Bad), new(segment, "base", Content.OtherEntities),
        new(segment, "tracking_error", Content.Good), new(segment, "quality", Content.Good), new(segment, "notes", Content.Property),
    ];

    /// <summary>Without a fault it comes to be in SQLite: where the log lies makes no difference either.</summary>
    private async Task CheckAsync(History history, bool inPostgres)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var plain = history with { Deliveries = [.. history.Recordings.Select(r => new Delivery(r, "known", Then.GoOn))] };

        await using var database = inPostgres ? await postgres.CreateDatabaseAsync() : null;
        var (final, expected) = (await RunAsync(history, Faults.OfATenth, database, patience.Token), await RunAsync(plain, Faults.None, null, patience.Token));

        string.Join('\n', [.. final.Except(expected).Select(l => "+ " + l), .. expected.Except(final).Select(l => "- " + l)]).ShouldBe("");
        final.Count(line => line.StartsWith("layer ", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(history.Recordings.Length);
    }

    /// <returns>The catalog when nothing is left to do, in lines.</returns>
    private async Task<IReadOnlyList<string>> RunAsync(History history, Faults faults, PostgresDatabase? database, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("strata-final-data-").FullName;
        var running = await BehindUnreliableBus.StartAsync(folder, faults, history.BusSeed, database);
        try
        {
            await running.Strata.Operations.RunAsync(CreateDatasetOperation.Route, new CreateDatasetRequest(Dataset), NoProgress.Instance, cancellationToken);
            var threshold = new Dictionary<string, JsonElement> { ["threshold"] = JsonElement.Parse(history.Threshold) };
            await running.Strata.Operations.RunAsync(DeclareRuleOperation.Route, new DeclareRuleRequest(Dataset, "quality", Set: threshold), NoProgress.Instance, cancellationToken);
            var atOnce = new List<Task>();
            foreach (var call in CallsOf(history.Deliveries))
            {
                var (first, last) = (call[0], call[^1]);
                atOnce.Add(running.Strata.RegisterAsync(Dataset, call.Select(d => FileOf(d.Recording)), wait: false, first.Recording.Layer, first.Policy));
                if (last.Then == Then.EndCallAndRunTheNextAtOnce)
                {
                    continue;
                }

                await Task.WhenAll(atOnce);
                atOnce.Clear();
                if (last.Then == Then.Settle)
                {
                    await running.Strata.SettleAsync(Dataset, cancellationToken);
                }
                else if (last.Then == Then.Restart)
                {
                    await running.DisposeAsync();
                    running = await BehindUnreliableBus.StartAsync(folder, faults, history.BusSeed + 1, database);
                }
            }

            await Task.WhenAll(atOnce);
            await running.Strata.SettleAsync(Dataset, cancellationToken);
            var settled = await running.Strata.Log.HeadAsync(cancellationToken);
            await running.Bus.ReleaseAsync(cancellationToken);
            await running.Seen.WaitForLookAsync(cancellationToken);
            (await running.Strata.Log.HeadAsync(cancellationToken)).ShouldBe(settled, "what comes late changes nothing");
            return await CatalogLines.OfAsync(running.Strata, Dataset, cancellationToken);
        }
        finally
        {
            await running.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<List<Delivery>> CallsOf(Delivery[] deliveries)
    {
        var calls = new List<List<Delivery>>();
        foreach (var delivery in deliveries)
        {
            if (calls is [.., var open] && open[^1] is { Then: Then.GoOn } before && (before.Recording.Layer, before.Policy) == (delivery.Recording.Layer, delivery.Policy))
            {
                open.Add(delivery);
            }
            else
            {
                calls.Add([delivery]);
            }
        }

        return calls;
    }

    private string FileOf(Recording recording)
    {
        var folder = Path.Combine(_recordings, recording.Layer, recording.Content.ToString());
        return recording.Content switch
        {
            Content.Good => SmallRecordings.Write(folder, recording.Segment, 0.05, 0.1),
            Content.Bad => SmallRecordings.Write(folder, recording.Segment, 0.4, 0.1, 0.3),
            Content.OtherEntities => SmallRecordings.WriteOf(folder, recording.Segment, "/left", "/right", 0.1),
            _ => SmallRecordings.WriteProperties(folder, recording.Segment, recording.Layer),
        };
    }
}
