using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Strata.Catalog.Transport;

/// <summary>One TCP port for gRPC, gRPC-Web and REST: HTTP/2 and HTTP/1.1, with or without TLS. Source: catalog-protocol §1.2, §1.4.</summary>
public static class OnePort
{
    /// <summary>Clients announce no limit and expect none; one has four connections with a few hundred reads on each at most.</summary>
    private const int StreamsPerConnection = 1_000;

    /// <summary>A token of many datasets is the longest header: a few kilobytes.</summary>
    private const int LargestHeaderBytes = 32 << 10;

    /// <summary>Long streams (WatchEvents) may be silent for hours: only a ping tells that the other side is gone.</summary>
    private static readonly TimeSpan PingWhenIdleFor = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PingAnswerWithin = TimeSpan.FromSeconds(20);

    /// <param name="certificate">Null: cleartext, and HTTP/2 by its preface.</param>
    /// <param name="clock">For the time limits before a protocol is chosen.</param>
    public static void ListenOnOnePort(this KestrelServerOptions kestrel, IPEndPoint address, ServerCertificate? certificate, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        kestrel.AddServerHeader = false;

        // Whoever reads slowly is slowed down by flow control and keeps one message in memory; a lower bound would cut off paused readers.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = LargestHeaderBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaderBytes;
        kestrel.Limits.Http2.KeepAlivePingDelay = PingWhenIdleFor;
        kestrel.Limits.Http2.KeepAlivePingTimeout = PingAnswerWithin;
        kestrel.Listen(address, listen =>
        {
            if (certificate is null)
            {
                listen.UseHttp2ByPreface(clock);
            }
            else
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate.Certificate;
                    https.ServerCertificateChain = certificate.Chain;
                });
            }
        });
    }
}
