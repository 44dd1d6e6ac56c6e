using System.Net;
using Grpc.Core;
using Strata.Catalog.Tests.Http2;

namespace Strata.Catalog.Tests.Transport;

/// <summary>Clients that read slowly, leave, or set a deadline. Source: catalog-protocol §1.4.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class FlowTests
{
    private const string Stream = "/strata.probe.Probe/Stream";
    private const int BlockBytes = 100_000;

    private static readonly byte[] Endless = GrpcFrames.Encode(new StreamRequest { Blocks = int.MaxValue, BlockBytes = BlockBytes });

    /// <summary>Its first block fits into the window.</summary>
    private static readonly byte[] EndlessSmall = GrpcFrames.Encode(new StreamRequest { Blocks = int.MaxValue, BlockBytes = 1_000 });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_handler_stops_producing_when_the_window_is_full_and_goes_on_when_it_opens()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, Stream);
        await client.SendDataAsync(1, Endless, end: true);

        await ReadDataAsync(client, FrameClient.InitialWindow);

        // The server has sent all that it may; an answered ping says that it is not on its way to send more.
        await PingAsync(client);
        host.Seen.Blocks.ShouldBeLessThanOrEqualTo(1, "65,535 bytes may be sent, and a block has 100,000");

        await client.OpenWindowAsync(0, 10 * BlockBytes);
        await client.OpenWindowAsync(1, 10 * BlockBytes);
        await ReadDataAsync(client, 10 * BlockBytes);
        await PingAsync(client);
        host.Seen.Blocks.ShouldBeInRange(9, 11);
    }

    [Fact]
    public async Task Two_hundred_clients_that_stop_reading_hold_a_bounded_part_of_memory_and_hinder_nobody()
    {
        await using var host = await TransportHost.StartAsync();
        var stalled = new List<FrameClient>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 200; i++)
        {
            var client = await FrameClient.ConnectAsync(host.Address);
            stalled.Add(client);
            await client.BeginCallAsync(1, Stream);
            await client.SendDataAsync(1, Endless, end: true);
            await ReadDataAsync(client, FrameClient.InitialWindow);
        }

        (await host.Client().EchoAsync(new Text { Value = "still here" }, cancellationToken: Token)).Value.ShouldBe("still here");

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        held.ShouldBeLessThan(200L * 3 * BlockBytes, "each holds the block that it does not take, and the buffers around it");
        host.Seen.Blocks.ShouldBeLessThanOrEqualTo(200);
        foreach (var client in stalled)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_reset_in_mid_stream_stops_the_work()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, Stream);
        await client.SendDataAsync(1, Endless, end: true);
        await ReadDataAsync(client, FrameClient.InitialWindow);

        await client.ResetAsync(1);

        await host.Seen.Cancelled.Task.WaitAsync(Token);
        await PingAsync(client);
        host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_that_breaks_stops_the_work()
    {
        await using var host = await TransportHost.StartAsync();
        await using (var client = await FrameClient.ConnectAsync(host.Address))
        {
            await client.BeginCallAsync(1, Stream);
            await client.SendDataAsync(1, Endless, end: true);
            await ReadDataAsync(client, FrameClient.InitialWindow);
        }

        await host.Seen.Cancelled.Task.WaitAsync(Token);
    }

    [Fact]
    public async Task A_call_that_its_client_cancels_stops_the_work()
    {
        await using var host = await TransportHost.StartAsync();
        using var patience = new CancellationTokenSource();
        var call = host.Client().WaitAsync(new Text(), cancellationToken: patience.Token);
        await host.Seen.Started.Task.WaitAsync(Token);

        await patience.CancelAsync();

        await host.Seen.Cancelled.Task.WaitAsync(Token);
        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.Cancelled);
        host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deadline_stops_the_work_and_says_so()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, "/strata.probe.Probe/Wait", ("grpc-timeout", "50m"));
        await client.SendDataAsync(1, GrpcFrames.Encode(new Text()), end: true);

        var answer = await client.ReadAnswerAsync(1);

        answer.Status.ShouldBe("4");
        await host.Seen.Cancelled.Task.WaitAsync(Token);
        host.Log.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1n")]
    [InlineData("50n")]
    [InlineData("0m")]
    public async Task A_deadline_that_has_passed_when_it_is_read_is_one_all_the_same(string timeout)
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, "/strata.probe.Probe/Wait", ("grpc-timeout", timeout));
        await client.SendDataAsync(1, GrpcFrames.Encode(new Text()), end: true);

        (await client.ReadAnswerAsync(1)).Status.ShouldBe("4");
    }

    [Fact]
    public async Task A_stream_that_is_being_written_ends_at_its_deadline_with_the_status_behind_the_last_message()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, Stream, ("grpc-timeout", "300m"));
        await client.SendDataAsync(1, EndlessSmall, end: true);
        await host.Seen.Started.Task.WaitAsync(Token);

        // The window of the call fills; when its time is over it is opened for what is on its way.
        await host.Seen.Cancelled.Task.WaitAsync(Token);
        await client.OpenWindowAsync(0, 1_000_000_000);
        await client.OpenWindowAsync(1, 1_000_000_000);

        (await client.ReadAnswerAsync(1)).Status.ShouldBe("4");
        host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Requests_that_are_not_whole_hold_a_bounded_part_of_memory_together_and_small_calls_go_on()
    {
        await using var host = await TransportHost.StartAsync();
        using var http = new HttpClient();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var large = new Text { Value = new string('x', TransportHost.LargestMessageBytes - 1_000) };
        var held = new List<Task>();
        for (var i = 0; i < TransportHost.UnfinishedMessagesBytes / large.CalculateSize(); i++)
        {
            var unfinished = new UnfinishedBody(GrpcFrames.Encode(large)[..^1]);
            held.Add(CallAsync(http, host.Url, unfinished, leave.Token));
            await unfinished.Sent;
        }

        using (var refused = await CallAsync(http, host.Url, new UnfinishedBody(GrpcFrames.Encode(large)[..^1]), Token))
        {
            refused.Headers.GetValues("grpc-status").ShouldBe(["8"]);
        }

        (await host.Client().EchoAsync(new Text { Value = "still here" }, cancellationToken: Token)).Value.ShouldBe("still here");
        await leave.CancelAsync();
        await Task.WhenAll(held).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        while (await StatusAsync(host, large) is { } status)
        {
            status.ShouldBe(StatusCode.ResourceExhausted, "until the server has seen that the others left");
        }
    }

    [Fact]
    public async Task A_request_that_stops_half_way_ends_alone_with_a_status_and_the_connection_stays()
    {
        await using var host = await TransportHost.StartAsync(silentRequestFor: TimeSpan.FromSeconds(6));
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, Stream);
        await client.SendDataAsync(1, EndlessSmall, end: true);
        await host.Seen.Started.Task.WaitAsync(Token);
        await client.BeginCallAsync(3, "/strata.probe.Probe/Echo");
        await client.SendDataAsync(3, GrpcFrames.Encode(new Text { Value = "half of it" }).AsSpan(0, 7), end: false);

        // Longer than the server's own bound, which would end the connection.
        var answer = await client.ReadAnswerAsync(3);

        (answer.Status, answer.Message).ShouldBe(("4", "the request stopped: nothing of it came for 6 s"));
        await PingAsync(client);
        host.Seen.Cancelled.Task.IsCompleted.ShouldBeFalse("the other call goes on");
    }

    [Fact]
    public async Task Ten_thousand_small_calls_at_once_are_all_answered()
    {
        await using var host = await TransportHost.StartAsync();
        var client = host.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => client.EchoAsync(new Text { Value = $"{i}" }, cancellationToken: Token).ResponseAsync));

        answers.Select(a => a.Value).ShouldBe(Enumerable.Range(0, 10_000).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_large_stream_passes_whole()
    {
        await using var host = await TransportHost.StartAsync();
        using var call = host.Client().Stream(new StreamRequest { Blocks = 20, BlockBytes = 16_000_000 }, cancellationToken: Token);

        (await call.ResponseStream.ReadAllAsync(Token).Select(b => (long)b.Payload.Length).SumAsync(Token)).ShouldBe(20 * 16_000_000);
    }

    private static async Task ReadDataAsync(FrameClient client, int bytes)
    {
        while (bytes > 0)
        {
            var frame = await client.ReadAsync() ?? throw new InvalidOperationException("the server closed");
            bytes -= frame.Kind == FrameKind.Data ? frame.Payload.Length : 0;
        }

        bytes.ShouldBe(0, "no more than the window");
    }

    private static async Task PingAsync(FrameClient client)
    {
        await client.SendAsync(FrameKind.Ping, FrameFlags.None, 0, "answered"u8);
        while (await client.ReadAsync() is { } frame && frame.Kind != FrameKind.Ping)
        {
            frame.Kind.ShouldNotBe(FrameKind.Data, "the window is full");
        }
    }

    private static async Task<HttpResponseMessage> CallAsync(HttpClient http, Uri server, HttpContent body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/strata.probe.Probe/Echo")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <returns>Null: it was answered.</returns>
    private static async Task<StatusCode?> StatusAsync(TransportHost host, Text text)
    {
        try
        {
            await host.Client().EchoAsync(text, cancellationToken: Token);
            return null;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode;
        }
    }

    /// <summary>Never ends.</summary>
    private sealed class UnfinishedBody(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the server's windows took all of it.</summary>
        public Task Sent => _sent.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(bytes, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _sent.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
