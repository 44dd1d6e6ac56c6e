using System.Globalization;
using System.Net;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Bodies that are no gRPC, sent to this server and to Rerun's own: both must say the same.</summary>
public sealed class BrokenFramesTests : IDisposable
{
    private const string Path = "/rerun.cloud.v1alpha1.RerunCloudService/Version";

    private static readonly byte[][] Bodies =
    [
        [],
        [0],
        [0, 0, 0, 0],
        [0, 0, 0, 0, 9],
        [0, 0, 0, 0, 9, 1, 2],
        [1, 0, 0, 0, 0],
        [2, 0, 0, 0, 0],
        [255, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 7, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Broken_frames_get_the_status_and_the_words_of_reruns_own_server()
    {
        await using var rerun = await RerunServer.StartAsync();
        await using var host = await StrataHost.StartAsync(_folder.Path("data"));
        using var client = new HttpClient();

        foreach (var body in Bodies)
        {
            (await SendAsync(client, host.Url, body)).ShouldBe(await SendAsync(client, rerun.Url, body), string.Join(' ', body.Select(b => b.ToString("x2", CultureInfo.InvariantCulture))));
        }
    }

    private static async Task<(string? Status, string? Message)> SendAsync(HttpClient client, Uri server, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, Path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await answer.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
        return (Find(answer, "grpc-status"), Find(answer, "grpc-message"));
    }

    private static string? Find(HttpResponseMessage answer, string header) =>
        (answer.Headers.TryGetValues(header, out var found) || answer.TrailingHeaders.TryGetValues(header, out found)) && found.Single() is { Length: > 0 } text ? Uri.UnescapeDataString(text) : null;
}
