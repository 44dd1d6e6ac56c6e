using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The demo beside a running server of the same data directory.</summary>
internal sealed class DemoVisit(IOperations operations, DemoPage page, DataDirectory data, string samples) : IDemoServer
{
    private readonly LocalRecordingStore _recordings = new(new(data.Path, ReferenceRoots: [], AllowedRoots: []));

    public async Task<bool> RunAsync(string url, CancellationToken cancellationToken)
    {
        page.Title(url);
        if (await new DemoStages(operations, page, this).ShowAsync(samples, cancellationToken) is not { } segment)
        {
            return false;
        }

        page.Next(DemoStages.Dataset, segment);
        var dataset = await operations.RunAsync(ReadDatasetOperation.Route, new ReadDatasetRequest(DemoStages.Dataset), NoProgress.Instance, cancellationToken);
        page.Connect(url, dataset.Name, dataset.Id, segment);
        return true;
    }

    /// <summary>From outside only a register call waits for the rules; the samples once more are no news.</summary>
    public Task WaitForLayerAsync(IReadOnlyList<string> segments, string layer, CancellationToken cancellationToken) =>
        operations.RunAsync(RegisterOperation.Route, DemoSamples.ToRegister(samples, wait: true), NoProgress.Instance, cancellationToken);

    /// <returns>Empty where the server keeps its copies in a bucket, and for a layer that a person put in the derived one's place: where that one's bytes lie only the server knows.</returns>
    public async Task<double[]> ReadTrackingErrorAsync(StandingLayer layer, CancellationToken cancellationToken)
    {
        if (StorageUrls.ToKept(layer.Url) is not { } kept)
        {
            return [];
        }

        try
        {
            using var bytes = await _recordings.OpenAsync(kept, cancellationToken);
            return await TrackingErrorSeries.ReadAsync(bytes, cancellationToken);
        }
        catch (RecordingMissingException)
        {
            return [];
        }
    }
}
