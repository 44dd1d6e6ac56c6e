using Strata.Projections;
using Strata.Recordings;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The demo in a server of its own.</summary>
internal sealed class DemoRun(IOperations operations, IReadModels models, IRecordingStore recordings, DemoPage page) : IDemoServer
{
    /// <param name="keep">Whether the server goes on afterwards.</param>
    public async Task<bool> RunAsync(string samples, string url, bool keep, CancellationToken cancellationToken)
    {
        page.Title(url);
        if (await new DemoStages(operations, page, this).ShowAsync(samples, cancellationToken) is not { } segment)
        {
            return false;
        }

        page.Next(DemoStages.Dataset, segment);
        if (keep)
        {
            page.Connect(url, DemoStages.Dataset, (await EntryAsync(cancellationToken)).Dataset.Value, segment);
        }

        return true;
    }

    public async Task WaitForLayerAsync(IReadOnlyList<string> segments, string layer, CancellationToken cancellationToken)
    {
        var dataset = (await EntryAsync(cancellationToken)).Dataset;
        var request = new ReadManifestRequest(DemoStages.Dataset, Segments: segments);
        while (true)
        {
            var position = models.Position;
            var manifest = StandingLayer.Of(await operations.RunAsync(ReadManifestOperation.Route, request, NoProgress.Instance, cancellationToken));
            if (manifest.Count(l => l.Layer == layer) == segments.Count || await models.Work.CountOpenAsync(dataset, cancellationToken) == 0)
            {
                return;
            }

            await models.WaitForChangeAsync(position, cancellationToken);
        }
    }

    public async Task<double[]> ReadTrackingErrorAsync(StandingLayer layer, CancellationToken cancellationToken)
    {
        var layers = await models.Chunks.ReadAsync((await EntryAsync(cancellationToken)).Dataset, layer.Segment, asOf: null, cancellationToken);
        if (layers.FirstOrDefault(l => l.Layer == layer.Layer) is not { } chunks)
        {
            return [];
        }

        using var bytes = await recordings.OpenAsync(chunks.Kept, cancellationToken);
        return await TrackingErrorSeries.ReadAsync(bytes, cancellationToken);
    }

    private async Task<DatasetEntry> EntryAsync(CancellationToken cancellationToken) => (await models.Entries.FindAsync(DemoStages.Dataset, cancellationToken))!;
}
