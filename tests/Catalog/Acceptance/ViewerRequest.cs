using System.Net.Http.Headers;
using System.Text.Json;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>A request that Rerun's web viewer 0.41.0 sent from a browser, as the browser's own network log showed it.</summary>
/// <param name="Page">Which page of the viewer was open.</param>
/// <param name="Preflight">The headers that the browser asked for before it.</param>
/// <param name="Headers">With <c>DATASET</c> for the id of the dataset.</param>
/// <param name="Body">The whole gRPC-Web body.</param>
internal sealed record ViewerRequest(string Page, string Path, string Preflight, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Where the viewer's page came from: another port of this machine.</summary>
    public const string Origin = "http://127.0.0.1:9090";

    private const string DatasetInHeaders = "DATASET";

    public string Method => Path[(Path.LastIndexOf('/') + 1)..];

    public static IReadOnlyList<ViewerRequest> Recorded { get; } =
        JsonSerializer.Deserialize<ViewerRequest[]>(File.ReadAllText(System.IO.Path.Combine(TestData.Folder("wire"), "web_viewer", "0.41.0.json")), JsonSerializerOptions.Web)!;

    /// <summary>What the browser sends first, by itself.</summary>
    public async Task<HttpResponseMessage> PreflightAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, Path);
        request.Headers.Add("origin", Origin);
        request.Headers.Add("access-control-request-method", "POST");
        request.Headers.Add("access-control-request-headers", Preflight);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <returns>As soon as its headers are there: one of the calls never ends.</returns>
    public async Task<HttpResponseMessage> SendAsync(HttpClient http, string dataset)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ByteArrayContent(Body) };
        request.Headers.Add("origin", Origin);
        foreach (var (name, value) in Headers)
        {
            if (name == "content-type")
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else
            {
                request.Headers.Add(name, value.Replace(DatasetInHeaders, dataset, StringComparison.Ordinal));
            }
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
