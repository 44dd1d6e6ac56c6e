using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Strata.Catalog.Tests.Http2;

namespace Strata.Catalog.Tests.Transport;

/// <summary>What went wrong, where a client looks for it. Source: catalog-protocol §1.3, §1.6, §1.8.</summary>
public sealed class ErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_before_the_first_message_is_trailers_only_and_percent_encoded()
    {
        await using var host = await TransportHost.StartAsync();

        var answer = await CallAsync(host, "Fail", new Text { Value = "expected" });

        answer.TrailersOnly.ShouldBeTrue();
        answer.Status.ShouldBe("5");
        answer.Headers["grpc-message"].ShouldBe("no '%C3%BC' here,%0Anor 100 %25 of it");
        answer.Body.ShouldBeEmpty();
        host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_failure_in_mid_stream_comes_in_the_trailers_after_the_messages()
    {
        await using var host = await TransportHost.StartAsync();

        var answer = await CallAsync(host, "Stream", new StreamRequest { Blocks = 5, BlockBytes = 10, FailAfter = 2 });

        answer.TrailersOnly.ShouldBeFalse();
        answer.Headers.ShouldNotContainKey("grpc-status");
        GrpcFrames.Decode(answer.Body).Count.ShouldBe(2);
        answer.Status.ShouldBe("5");
        answer.Message.ShouldBe("half of it");
    }

    [Fact]
    public async Task What_nobody_expected_is_logged_once_with_its_trace_id_and_told_without_details()
    {
        await using var host = await TransportHost.StartAsync();

        var answer = await CallAsync(host, "Fail", new Text { Value = "unexpected" });

        var trace = answer.Headers["x-request-trace-id"];
        answer.Status.ShouldBe("13");
        answer.Message.ShouldBe($"Fail failed in a way that nobody expected; the server's log has it under trace id {trace}");
        host.Log.Lines.ShouldHaveSingleItem().ShouldBe($"Error: /strata.probe.Probe/Fail failed; trace id {trace} a secret of the server");
    }

    [Theory]
    [InlineData("/strata.probe.Probe/Nope")]
    [InlineData("/opentelemetry.proto.collector.trace.v1.TraceService/Export")]
    [InlineData("/")]
    public async Task An_unknown_method_is_unimplemented_without_a_message_and_without_noise(string path)
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, path);
        await client.SendDataAsync(1, GrpcFrames.Encode(new byte[1_000]), end: true);

        var answer = await client.ReadAnswerAsync(1);

        answer.TrailersOnly.ShouldBeTrue();
        answer.Headers["content-type"].ShouldBe("application/grpc");
        answer.Status.ShouldBe("12");
        answer.Headers.ShouldNotContainKey("grpc-message");
        host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_method_that_is_not_served_is_unimplemented_and_says_what_to_do_instead()
    {
        await using var host = await CatalogHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, "/rerun.cloud.v1alpha1.RerunCloudService/DoGlobalMaintenance");
        await client.SendDataAsync(1, GrpcFrames.Encode(Array.Empty<byte>()), end: true);

        var answer = await client.ReadAnswerAsync(1);

        (answer.Status, answer.Message).ShouldBe(("12", "do_global_maintenance not implemented: there is nothing to maintain: tables are folded from the log, and `strata rebuild` makes them anew"));
    }

    [Theory]
    [InlineData("application/grpc", 426)]
    [InlineData("application/json", 415)]
    public async Task A_call_over_http_1_that_is_no_grpc_web_is_an_http_error(string contentType, int status)
    {
        await using var host = await TransportHost.StartAsync();
        using var http = new HttpClient();
        using var content = new ByteArrayContent(GrpcFrames.Encode(new Text { Value = "x" }));
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);

        using var response = await http.PostAsync(new Uri(host.Url, "/strata.probe.Probe/Echo"), content, Token);

        ((int)response.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task Every_answer_has_another_trace_id_and_the_servers_own_headers()
    {
        await using var host = await TransportHost.StartAsync();
        using var http = new HttpClient();

        using var found = await http.GetAsync(new Uri(host.Url, "/plain"), Token);
        using var missing = await http.GetAsync(new Uri(host.Url, "/nope"), Token);
        var call = await CallAsync(host, "Echo", new Text { Value = "x" });

        string[] traces = [found.Headers.GetValues("x-request-trace-id").Single(), missing.Headers.GetValues("x-request-trace-id").Single(), call.Headers["x-request-trace-id"]];
        traces.ShouldAllBe(t => t.Length == 32 && t.All(char.IsAsciiHexDigitLower));
        traces.ShouldBeUnique();
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        missing.Headers.GetValues("x-probe").Single().ShouldBe("yes");
        call.Headers["x-probe"].ShouldBe("yes");
    }

    [Fact]
    public async Task An_ordinary_client_reads_the_same_statuses()
    {
        await using var host = await TransportHost.StartAsync();

        var missing = await Should.ThrowAsync<RpcException>(async () => await host.Client().FailAsync(new Text { Value = "expected" }, cancellationToken: Token));

        missing.Status.ShouldBe(new Status(StatusCode.NotFound, "no 'ü' here,\nnor 100 % of it"));
    }

    private static async Task<Answer> CallAsync(TransportHost host, string method, Google.Protobuf.IMessage request)
    {
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, $"/strata.probe.Probe/{method}");
        await client.SendDataAsync(1, GrpcFrames.Encode(request), end: true);
        return await client.ReadAnswerAsync(1);
    }
}
