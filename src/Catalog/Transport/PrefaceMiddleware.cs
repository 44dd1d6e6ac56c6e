using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Strata.Catalog.Transport;

/// <summary>
/// HTTP/2 by prior knowledge beside HTTP/1.1 on one cleartext port. Kestrel chooses between them by TLS's ALPN only, so a connection that begins with
/// HTTP/2's preface is given the features of one that negotiated <c>h2</c>. Source: catalog-protocol §1.2 and appendix A; RFC 9113 §3.4.
/// </summary>
internal static class PrefaceMiddleware
{
    /// <summary>As long as Kestrel lets an idle connection live: browsers open some before they need them.</summary>
    internal static readonly TimeSpan FirstByteWithin = TimeSpan.FromSeconds(130);

    /// <summary>Enough for any network; a peer that sends half a preface and waits is none of ours.</summary>
    internal static readonly TimeSpan WholePrefaceWithin = TimeSpan.FromSeconds(10);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>For endpoints without TLS only: with it, ALPN decides.</summary>
    public static void UseHttp2ByPreface(this ListenOptions listen, TimeProvider clock)
    {
        // Such a connection looks to Kestrel like one over TLS, while its requests say the scheme "http".
        listen.KestrelServerOptions.AllowAlternateSchemes = true;
        listen.Use(next => async connection =>
        {
            switch (await PeekAsync(connection.Transport.Input, clock, connection.ConnectionClosed))
            {
                case Peeked.Http2:
                    var negotiated = new NegotiatedHttp2();
                    connection.Features.Set<ITlsConnectionFeature>(negotiated);
                    connection.Features.Set<ITlsApplicationProtocolFeature>(negotiated);
                    await next(connection);
                    break;
                case Peeked.Other:
                    await next(connection);
                    break;
                default:
                    connection.Abort(new ConnectionAbortedException("no whole HTTP/2 preface and no HTTP/1.1 request in time"));
                    break;
            }
        });
    }

    /// <summary>Looks at the first bytes and takes none of them.</summary>
    private static async Task<Peeked> PeekAsync(PipeReader input, TimeProvider clock, CancellationToken closed)
    {
        using var limit = new CancellationTokenSource(FirstByteWithin, clock);
        await using var ended = closed.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), limit);
        try
        {
            for (var begun = false; ; begun = true)
            {
                var read = await input.ReadAsync(limit.Token);
                var peeked = Judge(read.Buffer, read.IsCompleted);
                input.AdvanceTo(read.Buffer.Start, peeked is null ? read.Buffer.End : read.Buffer.Start);
                if (peeked is { } judged)
                {
                    return judged;
                }

                if (!begun)
                {
                    limit.CancelAfter(WholePrefaceWithin);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return Peeked.TooSlow;
        }
    }

    /// <returns>Null: more bytes are needed.</returns>
    private static Peeked? Judge(ReadOnlySequence<byte> buffer, bool ended)
    {
        Span<byte> head = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(buffer.Length, head.Length);
        buffer.Slice(0, length).CopyTo(head);
        if (!Preface.StartsWith(head[..length]))
        {
            return Peeked.Other;
        }

        return length == Preface.Length ? Peeked.Http2 : ended ? Peeked.Other : null;
    }

    private enum Peeked
    {
        Http2,
        Other,
        TooSlow,
    }

    private sealed class NegotiatedHttp2 : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        private static readonly byte[] Http2 = "h2"u8.ToArray();

        public ReadOnlyMemory<byte> ApplicationProtocol => Http2;

        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
