using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Entries;

/// <summary>Source: catalog-protocol §2.3.</summary>
public sealed class WatchEventsTests : IAsyncLifetime
{
    private CatalogHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CatalogHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_subscriber_sees_what_happens_after_it_subscribed_and_companions_make_no_noise()
    {
        await _host.CreateAsync("before");
        using var watch = await WatchAsync();
        var arm = (await _host.CreateAsync("arm")).Details.Id;
        (await NextAsync(watch)).ShouldBe(Created(arm));
        await _host.RenameAsync(arm, "arm");
        await _host.RenameAsync(arm, "hand");
        (await NextAsync(watch)).ShouldBe(Created(arm));
        await _host.DetailAsync(arm, new());
        (await NextAsync(watch)).ShouldBe(Created(arm));
        await _host.DeleteAsync(arm);
        (await NextAsync(watch)).ShouldBe(Deleted(arm));
        var leg = (await _host.CreateAsync("leg")).Details.Id;
        (await NextAsync(watch)).ShouldBe(Created(leg));
    }

    [Fact]
    public async Task What_is_registered_from_elsewhere_shows_too()
    {
        using var watch = await WatchAsync();
        var outcome = await _host.Ports.Registrar.CreateDatasetAsync(new("by hand", KeepMode.Auto, [], new EventSource("cli", null)), Token);
        (await NextAsync(watch)).ShouldBe(Created(outcome.Dataset.ToMessage()));
    }

    [Fact]
    public async Task Who_is_told_of_an_entry_finds_it_in_the_list()
    {
        using var watch = await WatchAsync();
        for (var k = 0; k < 20; k++)
        {
            _ = _host.Ports.Registrar.CreateDatasetAsync(new($"d{k}", KeepMode.Auto, [], new EventSource("cli", null)), Token);
            var id = (await NextAsync(watch)).EntryCreated.Id;
            (await _host.FindAsync(new EntryFilter { Id = id })).Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_kind_of_event_that_is_not_known_matches_nothing()
    {
        using var everything = await WatchAsync();
        using var entries = await WatchAsync(new EventKind { Entry = new() });
        using var unknown = await WatchAsync(new EventKind());
        var arm = (await _host.CreateAsync("arm")).Details.Id;
        (await NextAsync(everything)).ShouldBe(Created(arm));
        (await NextAsync(entries)).ShouldBe(Created(arm));
        unknown.ResponseStream.MoveNext(Token).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Readers_that_read_nothing_hold_up_neither_writers_nor_other_readers()
    {
        var stuck = new List<AsyncServerStreamingCall<WatchEventsResponse>>();
        for (var k = 0; k < 200; k++)
        {
            stuck.Add(await WatchAsync());
        }

        using var watch = await WatchAsync();
        EntryId last = null!;
        for (var k = 0; k < 50; k++)
        {
            last = (await _host.CreateAsync($"d{k}")).Details.Id;
            (await NextAsync(watch)).ShouldBe(Created(last));
        }

        // The slow ones go on from where they were.
        (await NextAsync(stuck[0])).EntryCreated.ShouldNotBeNull();
        stuck.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_server_that_stops_ends_every_watch_at_once_and_says_why()
    {
        await using var host = await CatalogHost.StartAsync();
        using var watch = await WatchAsync(host);
        using var nothing = await WatchAsync(host, new EventKind());
        Task<bool>[] next = [watch.ResponseStream.MoveNext(Token), nothing.ResponseStream.MoveNext(Token)];
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        foreach (var ended in next)
        {
            (await Should.ThrowAsync<RpcException>(ended)).StatusCode.ShouldBe(StatusCode.Unavailable);
        }
    }

    private Task<AsyncServerStreamingCall<WatchEventsResponse>> WatchAsync(params EventKind[] kinds) => WatchAsync(_host, kinds);

    /// <summary>Ends when the headers are there: from then on nothing is missed.</summary>
    private static async Task<AsyncServerStreamingCall<WatchEventsResponse>> WatchAsync(CatalogHost host, params EventKind[] kinds)
    {
        var call = host.Channel.CreateCallInvoker().AsyncServerStreamingCall(
            CatalogMethods.Of<WatchEventsRequest, WatchEventsResponse>(MethodType.ServerStreaming, "WatchEvents"),
            null,
            new CallOptions(cancellationToken: Token),
            new WatchEventsRequest { Kinds = { kinds } });
        await call.ResponseHeadersAsync;
        return call;
    }

    private static async Task<WatchEventsResponse> NextAsync(AsyncServerStreamingCall<WatchEventsResponse> watch) =>
        await watch.ResponseStream.MoveNext(Token) ? watch.ResponseStream.Current : throw new InvalidOperationException("the stream ended");

    private static WatchEventsResponse Created(EntryId id) => new() { EntryCreated = new() { Id = id } };

    private static WatchEventsResponse Deleted(EntryId id) => new() { EntryDeleted = new() { Id = id } };
}
