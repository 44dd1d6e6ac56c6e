using Strata.Cli;
using Strata.Contracts;
using Strata.Projections;
using Strata.Recordings;
using Microsoft.Extensions.DependencyInjection;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>A base layer is replaced, then unregistered. Source: DESIGN rule 9.</summary>
public sealed class OldLayersTests : IDisposable
{
    private const int Patience = 60_000;
    private const string Dataset = "arms";
    private const string Segment = "s";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-old-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Patience)]
    public async Task Rule_9_what_was_replaced_stays_readable_as_of_its_time_and_its_dependants_are_made_again()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker);
        await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, Segment, 0.1, 0.1)], wait: true);
        var (first, dataset) = (strata.ReadModels.Position, (await strata.ReadModels.Entries.FindAsync(Dataset, Token))!.Dataset);
        var before = await LayersAsync(strata, dataset, null);

        await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, Segment, 0.2, 0.2)], wait: true, onDuplicate: "replace");

        var (second, after) = (strata.ReadModels.Position, await LayersAsync(strata, dataset, null));
        after.Select(l => l.Layer).ShouldBe(["base", "tracking_error", "quality"]);
        after.Select(l => l.Fingerprint).Intersect(before.Select(l => l.Fingerprint)).ShouldBeEmpty("every layer is made anew");
        (await LayersAsync(strata, dataset, first)).Select(l => l.Fingerprint).ShouldBe(before.Select(l => l.Fingerprint));

        await strata.Operations.RunAsync(UnregisterOperation.Route, new UnregisterRequest(Dataset, [Segment], ["base"], Wait: true), NoProgress.Instance, Token);

        (await LayersAsync(strata, dataset, null)).ShouldBeEmpty();
        (await strata.EventsAsync()).Select(e => e.Event).OfType<LayerUnregistered>().Select(l => (l.Layer, l.Reason))
            .ShouldBe([("base", "asked"), ("tracking_error", "input_removed"), ("quality", "input_removed")]);
        var recordings = strata.Services.GetRequiredService<IRecordingStore>();
        foreach (var (position, layers) in new[] { (first, before), (second, after) })
        {
            var then = await LayersAsync(strata, dataset, position);
            then.Select(l => l.Fingerprint).ShouldBe(layers.Select(l => l.Fingerprint));
            foreach (var layer in then)
            {
                using var open = await recordings.OpenAsync(layer.Kept, Token);
                open.Length.ShouldBeGreaterThan(0);
            }
        }
    }

    private static Task<IReadOnlyList<LayerChunks>> LayersAsync(StrataInProcess strata, DatasetId dataset, long? asOf) => strata.ReadModels.Chunks.ReadAsync(dataset, Segment, asOf, Token);
}
