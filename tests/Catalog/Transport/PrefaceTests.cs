using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Strata.Catalog.Tests.Http2;
using Strata.Catalog.Transport;

namespace Strata.Catalog.Tests.Transport;

/// <summary>HTTP/1.1 and HTTP/2 on one cleartext port. Source: catalog-protocol §1.2.</summary>
public sealed class PrefaceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_port_speaks_http_1_and_http_2_by_prior_knowledge()
    {
        await using var host = await TransportHost.StartAsync();
        using var http = new HttpClient();

        (await GetAsync(http, host, HttpVersion.Version11)).ShouldBe((HttpVersion.Version11, "plain"));
        (await GetAsync(http, host, HttpVersion.Version20)).ShouldBe((HttpVersion.Version20, "plain"));
        host.Log.Lines.ShouldBeEmpty();
    }

    /// <summary>When this fails, Kestrel does it by itself and <see cref="PrefaceMiddleware"/> can go.</summary>
    [Fact]
    public async Task Kestrel_alone_does_not_speak_http_2_on_a_cleartext_port_of_both()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1AndHttp2));
        await using var app = builder.Build();
        await app.StartAsync(Token);
        await using var client = await FrameClient.OpenAsync(new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port));

        await client.SendBytesAsync(FrameClient.Preface.ToArray());

        (await client.ReadAsync())?.Kind.ShouldNotBe(FrameKind.Settings);
    }

    [Fact]
    public async Task A_preface_may_come_byte_by_byte()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.OpenAsync(host.Address);
        foreach (var each in FrameClient.Preface.ToArray())
        {
            await client.SendBytesAsync(new[] { each });
        }

        await client.GreetAsync();

        (await EchoAsync(client)).ShouldBe("0");
    }

    [Fact]
    public async Task A_request_that_begins_as_the_preface_does_is_still_http_1()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.OpenAsync(host.Address);

        await client.SendBytesAsync("P"u8.ToArray());
        await client.SendBytesAsync(System.Text.Encoding.ASCII.GetBytes($"OST /work HTTP/1.1\r\nhost: {host.Url.Authority}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"));

        (await client.ReadAllTextAsync()).ShouldStartWith("HTTP/1.1 200 OK");
    }

    [Fact]
    public async Task Half_a_preface_is_cut_off_in_time_and_does_not_wait_for_ever()
    {
        var clock = new HandClock();
        await using var host = await TransportHost.StartAsync(clock);
        await using var slow = await FrameClient.OpenAsync(host.Address);
        await clock.WaitForTimerAsync(PrefaceMiddleware.FirstByteWithin);
        await slow.SendBytesAsync(FrameClient.Preface[..10].ToArray());
        await clock.WaitForTimerAsync(PrefaceMiddleware.WholePrefaceWithin);

        clock.Advance(PrefaceMiddleware.WholePrefaceWithin);

        (await slow.ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task More_bytes_do_not_buy_half_a_preface_more_time()
    {
        var clock = new HandClock();
        await using var host = await TransportHost.StartAsync(clock);
        await using var slow = await FrameClient.OpenAsync(host.Address);
        await clock.WaitForTimerAsync(PrefaceMiddleware.FirstByteWithin);
        await slow.SendBytesAsync(FrameClient.Preface[..10].ToArray());
        await clock.WaitForTimerAsync(PrefaceMiddleware.WholePrefaceWithin);
        clock.Advance(PrefaceMiddleware.WholePrefaceWithin - TimeSpan.FromSeconds(1));
        await slow.SendBytesAsync(FrameClient.Preface[10..15].ToArray());

        clock.Advance(TimeSpan.FromSeconds(1));

        (await slow.ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_connection_that_never_says_anything_is_cut_off_in_time()
    {
        var clock = new HandClock();
        await using var host = await TransportHost.StartAsync(clock);
        await using var silent = await FrameClient.OpenAsync(host.Address);
        await clock.WaitForTimerAsync(PrefaceMiddleware.FirstByteWithin);

        clock.Advance(PrefaceMiddleware.FirstByteWithin);

        (await silent.ReadAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_its_preface_harms_nobody()
    {
        await using var host = await TransportHost.StartAsync();
        await using (var leaving = await FrameClient.OpenAsync(host.Address))
        {
            await leaving.SendBytesAsync(FrameClient.Preface[..10].ToArray());
        }

        await using var client = await FrameClient.ConnectAsync(host.Address);

        (await EchoAsync(client)).ShouldBe("0");
        host.Log.Lines.ShouldBeEmpty();
    }

    private static async Task<(Version, string)> GetAsync(HttpClient http, TransportHost host, Version version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/plain")) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.SendAsync(request, Token);
        return (response.Version, await response.Content.ReadAsStringAsync(Token));
    }

    private static async Task<string?> EchoAsync(FrameClient client)
    {
        await client.BeginCallAsync(1, "/strata.probe.Probe/Echo");
        await client.SendDataAsync(1, GrpcFrames.Encode(new Text { Value = "hello" }), end: true);
        return (await client.ReadAnswerAsync(1)).Status;
    }
}
