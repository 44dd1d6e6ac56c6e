using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Strata.Cli;
using Strata.Contracts;
using Strata.Projections;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>Any history that people and rules make together, through the real rooms: registered, replaced, taken away, given by hand, resumed, declared anew.</summary>
public sealed class RandomHistoryTests : IDisposable
{
    private const int Histories = 12;
    private const string Dataset = "arms";

    private static readonly string[] Segments = ["s0", "s1", "s2"];
    private static readonly string[] Layers = ["base", "tracking_error", "quality"];
    private static readonly string[] Policies = ["known", "error", "skip", "replace"];

    private readonly string _recordings = Directory.CreateTempSubdirectory("strata-history-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_recordings, recursive: true);

    private sealed record Step(int Kind, string Segment, string Layer, int Content, string Policy, bool Settle);

    [Fact]
    public void After_any_history_every_derived_layer_stands_on_what_stands_and_the_tables_are_those_of_a_replay() =>
        Prop.ForAll(Steps(), steps =>
        {
            RunAsync(steps).GetAwaiter().GetResult(); // FsCheck calls properties synchronously
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Histories));

    private static Arbitrary<Step[]> Steps() =>
        (from kind in Gen.Choose(0, 9)
         from segment in Gen.Elements(Segments)
         from layer in Gen.Elements(Layers)
         from content in Gen.Choose(1, 3)
         from policy in Gen.Elements(Policies)
         from settle in Gen.Elements(true, false)
         select new Step(kind, segment, layer, content, policy, settle)).ArrayOf(14).ToArbitrary();

    private async Task RunAsync(Step[] steps)
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker);
        await strata.Operations.RunAsync(CreateDatasetOperation.Route, new CreateDatasetRequest(Dataset), NoProgress.Instance, Token);
        var seen = new List<(long Position, string Tables)>();
        foreach (var step in steps)
        {
            await TakeAsync(strata, step);
            if (step.Settle)
            {
                await SettleAsync(strata);
                seen.Add((strata.ReadModels.Position, await ShowAsync(strata, null)));
            }
        }

        await SettleAsync(strata);
        await ShouldStandOnWhatStandsAsync(strata);
        var report = await strata.Operations.RunAsync(RebuildOperation.Route, new RebuildRequest(Verify: true), NoProgress.Instance, Token);
        report.Differences.ShouldBeEmpty();
        foreach (var (position, tables) in seen)
        {
            (await ShowAsync(strata, position)).ShouldBe(tables, $"as of {position}");
        }
    }

    private async Task TakeAsync(StrataInProcess strata, Step step)
    {
        switch (step.Kind)
        {
            case < 4:
                await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_recordings, step.Segment, 0.1 * step.Content, 0.1)], wait: false, "base", step.Policy);
                break;
            case < 6:
                await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_recordings, step.Segment, 0.1 * step.Content, 0.1)], wait: false, step.Layer, step.Policy);
                break;
            case < 8:
                await strata.Operations.RunAsync(UnregisterOperation.Route, new UnregisterRequest(Dataset, [step.Segment], [step.Layer]), NoProgress.Instance, Token);
                break;
            case 8:
                await ResumeAsync(strata, step);
                break;
            default:
                await strata.Operations.RunAsync(
                    DeclareRuleOperation.Route, new DeclareRuleRequest(Dataset, "quality", Set: new Dictionary<string, JsonElement> { ["threshold"] = JsonElement.Parse($"0.{step.Content}") }), NoProgress.Instance, Token);
                break;
        }
    }

    private static async Task ResumeAsync(StrataInProcess strata, Step step)
    {
        try
        {
            await strata.Operations.RunAsync(
                ResumeRuleOperation.Route, new ResumeRuleRequest(Dataset, step.Layer == "quality" ? "quality" : "tracking_error", step.Segment), NoProgress.Instance, Token);
        }
        catch (OperationException e) when (e.Code == OperationErrors.NotFound)
        {
            // The history has not met this segment yet.
        }
    }

    private static async Task SettleAsync(StrataInProcess strata)
    {
        var dataset = (await strata.ReadModels.Entries.FindAsync(Dataset, Token))!.Dataset;
        await strata.Services.GetRequiredService<Settlement>().WaitAsync(dataset, segments: null, toldBefore: 0, NoProgress.Instance, Token);
    }

    private static async Task ShouldStandOnWhatStandsAsync(StrataInProcess strata)
    {
        var standing = new Dictionary<(string Segment, string Layer), LayerRegistered>();
        foreach (var recorded in await strata.EventsAsync())
        {
            switch (recorded.Event)
            {
                case LayerRegistered layer:
                    standing.GetValueOrDefault((layer.Segment, layer.Layer))?.Origin.ShouldBeOneOf(layer.Origin == LayerOrigin.Derived ? [LayerOrigin.Derived] : [LayerOrigin.Given, LayerOrigin.Derived]);
                    standing[(layer.Segment, layer.Layer)] = layer;
                    break;
                case LayerUnregistered gone:
                    standing.Remove((gone.Segment, gone.Layer)).ShouldBeTrue();
                    break;
                default:
                    break;
            }
        }

        foreach (var derived in standing.Values.Where(l => l.Origin == LayerOrigin.Derived))
        {
            derived.Provenance!.Inputs.Select(i => standing[(derived.Segment, i.Layer)].Fingerprint).ShouldBe(derived.Provenance.Inputs.Select(i => i.Fingerprint));
        }
    }

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
