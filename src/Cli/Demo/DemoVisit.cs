using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The demo in a server that holds the data already: the same samples once more, and what stands there.</summary>
internal sealed class DemoVisit(IOperations operations, DemoPage page, DataDirectory data)
{
    public async Task<bool> RunAsync(string samples, string url, CancellationToken cancellationToken)
    {
        page.Title(url, data.Path);
        var started = TimeProvider.System.GetTimestamp();
        var answer = await operations.RunAsync(RegisterOperation.Route, DemoSamples.ToRegister(samples, wait: true), NoProgress.Instance, cancellationToken);
        if (DemoSamples.Broken(answer) is { Count: > 0 } broken)
        {
            page.Broken(broken);
            return false;
        }

        page.Registered(answer.Recordings.Count, TimeProvider.System.GetElapsedTime(started), answer.Recordings.All(r => r.Status == RegistrationStatus.Known));
        var table = await operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest(DemoRun.Dataset), NoProgress.Instance, cancellationToken);
        string[] shown = ["rerun_segment_id", "rerun_layer_names", DemoRun.Verdict];
        page.Table([table with { Columns = [.. table.Columns.Where(c => shown.Contains(c.Name, StringComparer.Ordinal))] }]);
        page.Manifest(await operations.RunAsync(ReadManifestOperation.Route, new ReadManifestRequest(DemoRun.Dataset), NoProgress.Instance, cancellationToken));
        var segment = answer.Recordings.Select(r => r.Segment!).Order(StringComparer.Ordinal).First();
        page.Next(data.Path, DemoRun.Dataset, segment);
        var dataset = await operations.RunAsync(ReadDatasetOperation.Route, new ReadDatasetRequest(DemoRun.Dataset), NoProgress.Instance, cancellationToken);
        page.Connect(url, dataset.Name, dataset.Id, segment);
        return true;
    }
}
