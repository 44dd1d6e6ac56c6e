using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Microsoft.Extensions.DependencyInjection;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tests.Reading;
using Strata.Catalog.Tokens;
using Strata.Contracts;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Tokens;

/// <summary>Streams that are open when their token expires. Time passes when a test says so.</summary>
public sealed class TokenExpiryTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan UntilTheEnd = Hour + TokenAuthentication.ClockSkew;

    /// <summary>A stream that does not end fails the test instead of hanging it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly HandClock _clock = new();

    /// <summary>Signatures are checked by the system's clock: the hand's goes on from the last whole second of that one, as a token tells its end in seconds.</summary>
    public TokenExpiryTests() => _clock.Advance(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()) - _clock.GetUtcNow());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_watch_ends_when_its_token_does_and_says_why()
    {
        await using var host = await StartAsync();
        using var watch = Stream<WatchEventsRequest, WatchEventsResponse>(host, "WatchEvents", new());
        await watch.ResponseHeadersAsync;
        var next = watch.ResponseStream.MoveNext(Token);
        _clock.Advance(UntilTheEnd - TimeSpan.FromSeconds(1));
        next.IsCompleted.ShouldBeFalse();

        _clock.Advance(TimeSpan.FromSeconds(1));

        ShouldTellOfTheEnd(await Should.ThrowAsync<RpcException>(next.WaitAsync(Patience, Token)));
    }

    [Fact]
    public async Task A_watch_of_a_web_page_ends_so_too()
    {
        await using var host = await StartAsync();
        using var channel = GrpcChannel.ForAddress(
            host.Url, new GrpcChannelOptions { HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new SocketsHttpHandler()), HttpVersion = HttpVersion.Version11 });
        using var watch = Stream<WatchEventsRequest, WatchEventsResponse>(host, "WatchEvents", new(), channel: channel);
        await watch.ResponseHeadersAsync;
        var next = watch.ResponseStream.MoveNext(Token);

        _clock.Advance(UntilTheEnd);

        ShouldTellOfTheEnd(await Should.ThrowAsync<RpcException>(next.WaitAsync(Patience, Token)));
    }

    [Fact]
    public async Task A_watch_of_a_token_that_lives_longer_than_a_timer_can_be_set_ends_in_time_too()
    {
        var year = TimeSpan.FromDays(365);
        await using var host = await StartAsync();
        using var watch = Stream<WatchEventsRequest, WatchEventsResponse>(host, "WatchEvents", new(), year);
        await watch.ResponseHeadersAsync;
        var next = watch.ResponseStream.MoveNext(Token);
        for (var days = 0; days < 365; days++)
        {
            next.IsCompleted.ShouldBeFalse($"day {days}");
            _clock.Advance(TimeSpan.FromDays(1));
        }

        _clock.Advance(TokenAuthentication.ClockSkew);

        (await Should.ThrowAsync<RpcException>(next.WaitAsync(Patience, Token))).StatusCode.ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task Chunks_end_behind_a_whole_message()
    {
        await using var host = await StartAsync(WatchedRecordings.AddTo);
        var dataset = await ReadDataset.CreateAsync(host, keep: KeepMode.Reference);
        await dataset.RegisterAsync(await LargeRecording.WriteAsync(_folder.Path("large.rrd"), chunks: 8, Token));
        var rows = (await host.StreamAsync<FindChunksRequest, FindChunksResponse>(
            "FindChunks", new() { Contents = new() { All = new() }, Range = new() { Timeline = "frame", Segments = new() { All = new() } } }, dataset.Address, Bearer(Hour))).Select(m => m.Data);
        using var call = Stream<FetchChunksRequest, FetchChunksResponse>(host, "FetchChunks", new() { ChunkInfos = { rows } });
        (await call.ResponseStream.MoveNext(Token)).ShouldBeTrue();

        _clock.Advance(UntilTheEnd);

        var (received, ended) = await DrainAsync(call.ResponseStream);
        received.ShouldBeLessThan(7, "what was on its way comes, and no more");
        ShouldTellOfTheEnd(ended);
        await ((WatchedRecordings)host.Ports.Recordings).AllClosedAsync(Token);
    }

    [Fact]
    public async Task A_query_that_nobody_reads_ends_when_its_token_does()
    {
        await using var host = await StartAsync();
        using var call = Stream<DoBandwidthTestRequest, DoBandwidthTestResponse>(host, "DoBandwidthTest", new() { NumBytes = 32 << 20 });
        (await call.ResponseStream.MoveNext(Token)).ShouldBeTrue();

        _clock.Advance(UntilTheEnd);

        ShouldTellOfTheEnd((await DrainAsync(call.ResponseStream)).Ended);
    }

    [Fact]
    public async Task An_answer_that_is_over_in_time_is_whole_and_leaves_no_timer()
    {
        await using var host = await StartAsync();

        (await host.StreamAsync<DoBandwidthTestRequest, DoBandwidthTestResponse>("DoBandwidthTest", new() { NumBytes = 5 }, Bearer(Hour))).Single().Payload.Length.ShouldBe(5);
        _clock.Advance(UntilTheEnd);

        host.Log.Lines.ShouldBeEmpty();
    }

    private static void ShouldTellOfTheEnd(RpcException? ended)
    {
        ended.ShouldNotBeNull().StatusCode.ShouldBe(StatusCode.Unauthenticated);
        ended.Status.Detail.ShouldMatch("^the token expired at .*Z while the answer was under way; ask again with a new one");
    }

    private static async Task<(int Received, RpcException? Ended)> DrainAsync<T>(IAsyncStreamReader<T> stream)
    {
        var received = 0;
        try
        {
            while (await stream.MoveNext(Token))
            {
                received++;
            }

            return (received, null);
        }
        catch (RpcException e)
        {
            return (received, e);
        }
    }

    private string SecretPath => _folder.Path("token.secret");

    private Task<CatalogHost> StartAsync(Action<IServiceCollection>? services = null) => CatalogHost.StartAsync(
        tokens: new TokenOptions(SecretPath, Oidc: null),
        services: added =>
        {
            added.AddSingleton<TimeProvider>(_clock);
            services?.Invoke(added);
        });

    private (string Name, string Value) Bearer(TimeSpan lifetime) =>
        ("authorization", $"Bearer {new TokenIssuer(TokenSecret.LoadOrCreate(SecretPath), _clock).Create(new("robot-7", [new ScopeGrant(AccessScope.Read, null)], [], lifetime))}");

    private AsyncServerStreamingCall<TResponse> Stream<TRequest, TResponse>(CatalogHost host, string method, TRequest request, TimeSpan? lifetime = null, GrpcChannel? channel = null)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>, new()
        where TResponse : class, Google.Protobuf.IMessage<TResponse>, new()
    {
        var (name, value) = Bearer(lifetime ?? Hour);
        return (channel ?? host.Channel).CreateCallInvoker().AsyncServerStreamingCall(
            CatalogMethods.Of<TRequest, TResponse>(MethodType.ServerStreaming, method), null, new CallOptions(new Metadata { { name, value } }, cancellationToken: Token), request);
    }
}
