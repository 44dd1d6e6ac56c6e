using Strata.Catalog.Tests.Http2;
using Strata.Catalog.Tests.Transport;
using Strata.Catalog.Transport;

namespace Strata.Catalog.Tests.Hostile;

/// <summary>Connections that begin HTTP/2's preface and do not end it.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class HalfPrefacesTests
{
    /// <summary>Both ends of the connection, which are in this process: sockets, pipes and a page of the receive buffer.</summary>
    private const int MostOfHalfAPreface = 64 * 1024;

    [Fact]
    public async Task Five_hundred_of_them_hold_little_hinder_nobody_and_are_all_cut_off()
    {
        const int Connections = 500;
        var clock = new HandClock();
        await using var host = await TransportHost.StartAsync(clock);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var slow = new List<FrameClient>();
        for (var k = 0; k < Connections; k++)
        {
            slow.Add(await FrameClient.OpenAsync(host.Address));
            await slow[k].SendBytesAsync(FrameClient.Preface[..(1 + (k % 23))].ToArray());
        }

        await clock.WaitForTimerAsync(PrefaceMiddleware.WholePrefaceWithin, Connections);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(Connections * MostOfHalfAPreface);
        await using (var client = await FrameClient.ConnectAsync(host.Address))
        {
            await client.BeginCallAsync(1, "/strata.probe.Probe/Echo");
            await client.SendDataAsync(1, GrpcFrames.Encode(new Text { Value = "hello" }), end: true);
            (await client.ReadAnswerAsync(1)).Status.ShouldBe("0");
        }

        clock.Advance(PrefaceMiddleware.WholePrefaceWithin);

        foreach (var each in slow)
        {
            (await each.ReadAsync()).ShouldBeNull();
            await each.DisposeAsync();
        }
    }
}
