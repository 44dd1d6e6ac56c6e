using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Strata.Catalog.Transport;

namespace Strata.Catalog.Tests.Transport;

/// <summary>Limits that no test can wait for.</summary>
public sealed class OnePortTests
{
    [Fact]
    public void Slow_readers_are_not_cut_off_and_dead_ones_are_found()
    {
        var kestrel = new KestrelServerOptions();

        kestrel.ListenOnOnePort(new IPEndPoint(IPAddress.Loopback, 0), certificate: null, TimeProvider.System);

        kestrel.Limits.MinResponseDataRate.ShouldBeNull();
        kestrel.Limits.MinRequestBodyDataRate.ShouldNotBeNull("a request that trickles in is an attack");
        kestrel.Limits.Http2.KeepAlivePingDelay.ShouldBe(TimeSpan.FromSeconds(60));
        kestrel.Limits.Http2.MaxStreamsPerConnection.ShouldBe(1_000);
    }
}
