using System.Threading.Channels;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Registrar;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Rerun's web viewer in a real browser, its page from another origin than this server. Source: viewer.md.</summary>
public sealed class WebViewerTests : IDisposable
{
    private const string Segment = "NORDA_1c7e09b2_2025_02_18_16h_40m_05s";

    private static readonly string Samples = Path.GetFullPath(Path.Combine(TestData.Folder("sdk"), "../../../samples/sample_5"));

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_segment_is_read_through_gRPC_Web_by_the_page_of_another_origin()
    {
        var calls = Channel.CreateUnbounded<string>();
        await using var host = await StrataHost.StartAsync(_folder.Path("data"), call => calls.Writer.TryWrite(call));
        await using var viewer = await WebViewer.OpenAsync(await LinkAsync(host, Segment));

        await viewer.SaysAsync("Streaming StoreId(Recording");
        List<string> finished = [];
        while (finished.Count(call => call == "FetchChunks") < 2)
        {
            finished.Add(await calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(WebViewer.Patience, TestContext.Current.CancellationToken));
        }

        finished.ShouldContain("GetRrdManifest");
        finished.ShouldContain("GetSegmentTableSchema");
    }

    [Fact]
    public async Task What_fails_is_told_to_the_person_in_front_of_the_page()
    {
        await using var host = await StrataHost.StartAsync(_folder.Path("data"));
        await using var viewer = await WebViewer.OpenAsync(await LinkAsync(host, "nope"));

        await viewer.SaysAsync("Data source failed: Segment 'nope' not found in dataset");
    }

    private static async Task<string> LinkAsync(StrataHost host, string segment)
    {
        var dataset = await host.CreateAsync("my_robot");
        await host.RegisterAsync("my_robot", OnDuplicate.Error, HowToRules.BaseLayer, Path.Combine(Samples, Segment + ".rrd"));
        await host.SettledAsync(dataset);
        return $"rerun+http://127.0.0.1:{host.Url.Port}/dataset/{EntryIdText.Of(dataset)}?segment_id={segment}";
    }
}
