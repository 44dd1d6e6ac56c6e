using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Strata.Catalog.Tests.Http2;

namespace Strata.Catalog.Tests.Transport;

/// <summary>The web Viewer's calls: HTTP/1.1, trailers as the body's last frame. Source: catalog-protocol §1.5, §1.6.</summary>
public sealed class GrpcWebTests
{
    private const string ContentType = "application/grpc-web+proto";
    private const byte TrailerFrame = 0x80;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_answer_has_its_status_in_the_last_frame_of_the_body()
    {
        await using var host = await TransportHost.StartAsync();

        var (response, frames) = await PostAsync(host, "Echo", new Text { Value = "hello" });

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(ContentType);
        response.Headers.TransferEncodingChunked.ShouldBe(true);
        response.Headers.Contains("grpc-status").ShouldBeFalse();
        frames.Select(f => f.Flag).ShouldBe([(byte)0, TrailerFrame]);
        Text.Parser.ParseFrom(frames[0].Message).Value.ShouldBe("hello");
        Trailers(frames[1].Message).ShouldBe(["grpc-status: 0"]);
    }

    [Fact]
    public async Task An_early_failure_has_its_status_in_the_headers_and_in_the_body()
    {
        await using var host = await TransportHost.StartAsync();

        var (response, frames) = await PostAsync(host, "Fail", new Text { Value = "expected" });

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(ContentType);
        response.Headers.GetValues("grpc-status").Single().ShouldBe("5");
        response.Headers.GetValues("grpc-message").Single().ShouldBe("no '%C3%BC' here,%0Anor 100 %25 of it");
        frames.ShouldHaveSingleItem().Flag.ShouldBe(TrailerFrame);
        Trailers(frames[0].Message).ShouldBe(["grpc-status: 5", "grpc-message: no '%C3%BC' here,%0Anor 100 %25 of it"]);
    }

    [Theory]
    [InlineData("Nope", "12", null)]
    [InlineData("Echo", "13", "Unexpected EOF decoding stream.")]
    public async Task Failures_that_no_handler_meets_have_it_in_both_places_too(string method, string status, string? message)
    {
        await using var host = await TransportHost.StartAsync();

        var (response, frames) = await PostBytesAsync(host, method, [0, 0, 0]);

        response.Headers.GetValues("grpc-status").Single().ShouldBe(status);
        Trailers(frames.ShouldHaveSingleItem().Message).Select(Uri.UnescapeDataString).ShouldBe(message is null ? [$"grpc-status: {status}"] : [$"grpc-status: {status}", $"grpc-message: {message}"]);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(ContentType);
    }

    [Fact]
    public async Task A_failure_in_mid_stream_comes_after_the_messages()
    {
        await using var host = await TransportHost.StartAsync();

        var (response, frames) = await PostAsync(host, "Stream", new StreamRequest { Blocks = 5, BlockBytes = 10, FailAfter = 2 });

        response.Headers.Contains("grpc-status").ShouldBeFalse();
        frames.Select(f => f.Flag).ShouldBe([(byte)0, (byte)0, TrailerFrame]);
        Trailers(frames[2].Message).ShouldBe(["grpc-status: 5", "grpc-message: half of it"]);
    }

    [Fact]
    public async Task An_ordinary_web_client_works()
    {
        await using var host = await TransportHost.StartAsync();
        var client = host.WebClient();

        (await client.EchoAsync(new Text { Value = "hello" }, cancellationToken: Token)).Value.ShouldBe("hello");
        using var stream = client.Stream(new StreamRequest { Blocks = 3, BlockBytes = 1_000_000 }, cancellationToken: Token);
        (await stream.ResponseStream.ReadAllAsync(Token).CountAsync(Token)).ShouldBe(3);
        (await Should.ThrowAsync<RpcException>(async () => await client.FailAsync(new Text { Value = "expected" }, cancellationToken: Token))).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task A_message_reaches_the_page_before_the_next_one_is_made()
    {
        await using var host = await TransportHost.StartAsync();
        using var stream = host.WebClient().Stream(new StreamRequest { Blocks = int.MaxValue, BlockBytes = 10 }, cancellationToken: Token);

        (await stream.ResponseStream.MoveNext(Token)).ShouldBeTrue();
    }

    private static string[] Trailers(byte[] frame)
    {
        var text = Encoding.ASCII.GetString(frame);
        text.ShouldEndWith("\r\n");
        return text.TrimEnd().Split("\r\n");
    }

    private static Task<(HttpResponseMessage Response, List<(byte Flag, byte[] Message)> Frames)> PostAsync(TransportHost host, string method, IMessage request) =>
        PostBytesAsync(host, method, GrpcFrames.Encode(request));

    private static async Task<(HttpResponseMessage Response, List<(byte Flag, byte[] Message)> Frames)> PostBytesAsync(TransportHost host, string method, byte[] body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Url, $"/strata.probe.Probe/{method}")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(ContentType));
        request.Headers.Add("x-grpc-web", "1");
        var response = await http.SendAsync(request, Token);
        return (response, GrpcFrames.Decode(await response.Content.ReadAsByteArrayAsync(Token)));
    }
}
