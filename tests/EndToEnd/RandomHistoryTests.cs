using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Strata.Cli;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Projections;
using Strata.Servers;
using Strata.UnreliableBus;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// Any history that people and rules make together, through the real rooms: registered, replaced, taken away, given by hand and adopted; rules suppressed and resumed, retired
/// and declared anew. Under any schedule: recordings are delivered again at any later time, the program is started again, and the workers hear of work only from a sweep and a
/// bus that loses, doubles and reorders. In most histories what workers came to is handed in late, after steps that were taken since. Where a log can be shared, a second server folds
/// it meanwhile.
/// </summary>
public sealed class RandomHistoryTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private const string Dataset = "arms";

    private static readonly string[] Segments = ["s0", "s1", "s2"];
    private static readonly string[] Layers = ["base", "tracking_error", "quality"];
    private static readonly string[] Policies = ["known", "error", "skip", "replace"];
    private static readonly string[] Rules = [.. HowToRules.Definitions.Select(r => r.Rule)];

    /// <summary>Work that is never done is a failure.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _recordings = Directory.CreateTempSubdirectory("strata-history-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_recordings, recursive: true);

    private enum Kind
    {
        DeliverBase,
        Deliver,
        Unregister,
        Resume,
        Suppress,
        Adopt,
        Declare,
        Retire,
        DeliverAgain,
    }

    private enum Then
    {
        GoOn,
        Settle,
        Restart,
    }

    private sealed record Step(Kind Kind, string Segment, string Layer, string Rule, int Content, string Policy, Then Then);

    /// <param name="Steps">Taken one after another.</param>
    /// <param name="BusSeed">Of what the bus does to its messages.</param>
    /// <param name="IsLate">What workers came to is handed in when the history waits for it, or at a restart, and not before.</param>
    private sealed record History(Step[] Steps, int BusSeed, bool IsLate)
    {
        public override string ToString() => $"bus {BusSeed}{(IsLate ? ", late" : "")}: {string.Join(", ", Steps.AsEnumerable())}";
    }

    /// <summary>A recording's delivery as it came first, and what was answered.</summary>
    private sealed record Delivered(string CommandId, string Path, Step Step, RegisterResponse Answer);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_any_history_every_derived_layer_stands_on_what_stands_and_the_tables_are_those_of_a_replay(bool inPostgres)
    {
        Assert.SkipWhen(inPostgres && postgres.ConnectionString is null, postgres.Absence);
        Prop.ForAll(AnyHistory(), history =>
        {
            RunAsync(history, inPostgres).GetAwaiter().GetResult(); // FsCheck calls properties synchronously
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(PropertyRuns.Of(inPostgres)));
    }

    private static Arbitrary<History> AnyHistory() =>
        (from isLate in Gen.Elements(true, true, false)
         from steps in AnyStep(isLate).ArrayOf(16)
         from seed in Gen.Choose(0, int.MaxValue)
         select new History(steps, seed, isLate)).ToArbitrary();

    private static Gen<Step> AnyStep(bool isLate) =>
        from kind in Gen.Frequency(
            (5, Gen.Constant(Kind.DeliverBase)),
            (2, Gen.Constant(Kind.Deliver)),
            (2, Gen.Constant(Kind.Unregister)),
            (2, Gen.Constant(Kind.Resume)),
            (2, Gen.Constant(Kind.Suppress)),
            (2, Gen.Constant(Kind.Adopt)),
            (2, Gen.Constant(Kind.Declare)),
            (1, Gen.Constant(Kind.Retire)),
            (1, Gen.Constant(Kind.DeliverAgain)))
        from segment in Gen.Elements(Segments)
        from layer in Gen.Elements(Layers)
        from rule in Gen.Elements(Rules)
        from content in Gen.Choose(1, 3)
        from policy in Gen.Elements(Policies)
        from then in isLate ? Gen.Elements(Then.GoOn, Then.GoOn, Then.GoOn, Then.GoOn, Then.GoOn, Then.Settle, Then.Restart) : Gen.Elements(Then.GoOn, Then.GoOn, Then.Settle, Then.Settle, Then.Restart)
        select new Step(kind, segment, layer, rule, content, policy, then);

    private async Task RunAsync(History history, bool inPostgres)
    {
        await using var database = inPostgres ? await postgres.CreateDatabaseAsync() : null;
        var folder = Directory.CreateTempSubdirectory("strata-history-data-").FullName;
        var gate = new LateRegistrar.Gate();
        var strata = (await BehindUnreliableBus.StartAsync(folder, Faults.OfATenth, history.BusSeed, database, gate)).Strata;
        await using var second = database is null ? null : await StrataInProcess.StartAsync(Roles.Projections, settings: ("Strata:EventStore:ConnectionString", database.PooledConnectionString));
        try
        {
            await strata.Operations.RunAsync(CreateDatasetOperation.Route, new CreateDatasetRequest(Dataset), NoProgress.Instance, Token);
            var (seen, delivered) = (new List<(long Position, string Tables)>(), new List<Delivered>());
            foreach (var step in history.Steps)
            {
                if (history.IsLate)
                {
                    gate.Close();
                }

                await TakeAsync(strata, step, delivered);
                if (step.Then != Then.GoOn)
                {
                    gate.Open();
                }

                if (step.Then == Then.Settle)
                {
                    await strata.SettleAsync(Dataset, Token).WaitAsync(Patience, Token);
                    seen.Add((strata.ReadModels.Position, await ShowAsync(strata, null)));
                }
                else if (step.Then == Then.Restart)
                {
                    await strata.DisposeAsync();
                    strata = (await BehindUnreliableBus.StartAsync(folder, Faults.OfATenth, history.BusSeed + 1, database, gate)).Strata;
                }
            }

            gate.Open();
            await strata.SettleAsync(Dataset, Token).WaitAsync(Patience, Token);
            LogRecount.Of(await strata.EventsAsync()).ShouldHold();
            var report = await strata.Operations.RunAsync(RebuildOperation.Route, new RebuildRequest(Verify: true), NoProgress.Instance, Token);
            report.Differences.ShouldBeEmpty();
            foreach (var (position, tables) in seen)
            {
                (await ShowAsync(strata, position)).ShouldBe(tables, $"as of {position}");
            }

            if (second is not null)
            {
                var head = strata.ReadModels.Position;
                await second.ReadModels.WaitForAsync(head, Token).WaitAsync(Patience, Token);
                (await ShowAsync(second, head)).ShouldBe(await ShowAsync(strata, head), "at the second server");
            }
        }
        finally
        {
            gate.Open();
            await strata.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task TakeAsync(StrataInProcess strata, Step step, List<Delivered> delivered)
    {
        switch (step.Kind)
        {
            case Kind.DeliverBase:
                await DeliverAsync(strata, step with { Layer = "base" }, delivered);
                break;
            case Kind.Deliver:
                await DeliverAsync(strata, step, delivered);
                break;
            case Kind.Unregister:
                await strata.Operations.RunAsync(UnregisterOperation.Route, new UnregisterRequest(Dataset, [step.Segment], [step.Layer]), NoProgress.Instance, Token);
                break;
            case Kind.Declare:
                await strata.Operations.RunAsync(DeclareRuleOperation.Route, Declaration(step), NoProgress.Instance, Token);
                break;
            case Kind.Retire:
                await strata.Operations.RunAsync(RetireRuleOperation.Route, new RetireRuleRequest(Dataset, step.Rule, RemoveLayers: step.Content == 1), NoProgress.Instance, Token);
                break;
            case Kind.Resume:
                await WhereItCanBeAsync(strata.Operations.RunAsync(ResumeRuleOperation.Route, new ResumeRuleRequest(Dataset, step.Rule, step.Segment), NoProgress.Instance, Token));
                break;
            case Kind.Suppress:
                await WhereItCanBeAsync(
                    strata.Operations.RunAsync(SuppressRuleOperation.Route, new SuppressRuleRequest(Dataset, step.Rule, step.Segment, "calibration run"), NoProgress.Instance, Token));
                break;
            case Kind.Adopt:
                await WhereItCanBeAsync(strata.Operations.RunAsync(AdoptLayerOperation.Route, new AdoptLayerRequest(Dataset, step.Segment, step.Rule), NoProgress.Instance, Token));
                break;
            default:
                await DeliverAgainAsync(strata, delivered);
                break;
        }
    }

    /// <summary>Of a rule that stands or that was retired; <c>quality</c> is another revision with each content.</summary>
    private static DeclareRuleRequest Declaration(Step step)
    {
        var rule = HowToRules.Definitions.Single(r => r.Rule == step.Rule);
        var set = new Dictionary<string, JsonElement> { ["threshold"] = JsonElement.Parse($"0.{step.Content}") };
        return new(Dataset, rule.Rule, rule.Deriver, [.. rule.Inputs], rule.OutputLayer, JsonElement.Parse(rule.Parameters.Text), step.Rule == QualityDeriver.DeriverName ? set : null);
    }

    /// <summary>The history has not met this segment yet, nobody gave this layer, or the rule is retired or would have nothing to derive from.</summary>
    private static async Task WhereItCanBeAsync(Task step)
    {
        try
        {
            await step;
        }
        catch (OperationException e) when (e.Code is OperationErrors.NotFound or OperationErrors.FailedPrecondition)
        {
        }
    }

    private async Task DeliverAsync(StrataInProcess strata, Step step, List<Delivered> delivered)
    {
        var (commandId, path) = ($"delivery {delivered.Count}", SmallRecordings.Write(_recordings, step.Segment, 0.1 * step.Content, 0.1));
        var answer = await strata.RegisterAsync(Dataset, [path], wait: false, step.Layer, step.Policy, commandId: commandId);
        delivered.Add(new(commandId, path, step, answer));
    }

    /// <summary>All that ever came: whatever stands by now, what was carried out is answered as it was, and appends nothing.</summary>
    private static async Task DeliverAgainAsync(StrataInProcess strata, List<Delivered> delivered)
    {
        foreach (var first in delivered.Where(d => d.Answer.Recordings[0].Status is "registered" or "replaced"))
        {
            var given = await CountGivenAsync(strata);
            var again = await strata.RegisterAsync(Dataset, [first.Path], wait: false, first.Step.Layer, first.Step.Policy, commandId: first.CommandId);
            again.Recordings.ShouldBe(first.Answer.Recordings);
            (await CountGivenAsync(strata)).ShouldBe(given);
        }
    }

    private static async Task<int> CountGivenAsync(StrataInProcess strata) =>
        (await strata.EventsAsync()).Count(e => e.Event is LayerRegistered { Origin: LayerOrigin.Given });

    private static async Task<string> ShowAsync(StrataInProcess strata, long? asOf)
    {
        var dataset = (await strata.ReadModels.Entries.FindAsync(Dataset, Token))!.Dataset;
        var segments = await strata.ReadModels.Segments.ReadAsync(dataset, new TableQuery(AsOf: asOf), Token);
        var manifest = await strata.ReadModels.Manifest.ReadAsync(dataset, new TableQuery(AsOf: asOf), Token);
        var schema = await strata.ReadModels.Schemas.ReadAsync(dataset, asOf, Token);
        return new StringBuilder()
            .AppendJoin('\n', GoldenText.Columns(segments.Schema)).AppendJoin('\n', GoldenText.Rows(segments))
            .AppendJoin('\n', GoldenText.Columns(manifest.Schema)).AppendJoin('\n', GoldenText.Rows(manifest))
            .AppendJoin('\n', GoldenText.Columns(schema)).ToString();
    }
}
