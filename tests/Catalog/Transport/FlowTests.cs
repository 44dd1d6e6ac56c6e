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
}
