using System.Globalization;
using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Reading;

/// <summary>A dataset of chunks that are large and a client that takes its time: the server holds what is on its way and no more.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class SlowClientTests : IDisposable
{
    /// <summary>Gigabytes of the recording: 1, or what this variable says.</summary>
    private const string Variable = "STRATA_LARGE_GB";

    private const int ChunkBytes = LargeRecording.ChunkBytes;

    /// <summary>What the client itself has taken off the connection before it is asked for.</summary>
    private const int MostAhead = 2;

    /// <summary>Both ends are in this process: the message that the client looks at, what it has taken ahead, and what the server reads, wraps and sends.</summary>
    private const long MostBytes = (4L + MostAhead) * ChunkBytes;

    /// <summary>Of one call that nobody reads: pieces, and the windows of its stream.</summary>
    private const int MostOfStalledBytes = 512 * 1024;

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Gigabytes_go_to_a_client_that_takes_them_one_by_one_in_flat_memory()
    {
        var chunks = Gigabytes() * 1024 / (ChunkBytes >> 20);
        await using var host = await CatalogHost.StartAsync(services: WatchedRecordings.AddTo);
        var recordings = (WatchedRecordings)host.Ports.Recordings;
        var dataset = await ReadDataset.CreateAsync(host, keep: KeepMode.Reference);
        await dataset.RegisterAsync(await WriteAsync(chunks));
        var rows = await dataset.FindAllAsync("frame");
        using var call = Fetch(host, rows, Token);
        var (received, read, most) = (0, recordings.Bytes, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        while (await call.ResponseStream.MoveNext(Token))
        {
            received += call.ResponseStream.Current.Chunks.Count;
            ((recordings.Bytes - read) / ChunkBytes).ShouldBeLessThanOrEqualTo(received + MostAhead);
            // What is held; how much garbage the collector lets lie is its own affair.
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        received.ShouldBe(chunks);
        most.ShouldBeLessThan(MostBytes, $"{most >> 20} MiB more than before");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{chunks * (ChunkBytes >> 20)} MiB in chunks of {ChunkBytes >> 20}: at most {most >> 20} MiB more than before"));
    }

    [Fact]
    public async Task Who_hangs_up_is_not_read_for_any_more()
    {
        const int Chunks = 12;
        await using var host = await CatalogHost.StartAsync(services: WatchedRecordings.AddTo);
        var recordings = (WatchedRecordings)host.Ports.Recordings;
        var dataset = await ReadDataset.CreateAsync(host, keep: KeepMode.Reference);
        await dataset.RegisterAsync(await WriteAsync(Chunks));
        var rows = await dataset.FindAllAsync("frame");
        var read = recordings.Bytes;
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using (var call = Fetch(host, rows, hangUp.Token))
        {
            (await call.ResponseStream.MoveNext(Token)).ShouldBeTrue();
            await hangUp.CancelAsync();
        }

        await recordings.AllClosedAsync(Token);
        ((recordings.Bytes - read) / ChunkBytes).ShouldBeLessThanOrEqualTo(1 + MostAhead);
    }

    [Fact]
    public async Task Two_hundred_clients_that_stop_reading_hold_little_and_hinder_nobody()
    {
        const int Clients = 200;
        await using var host = await CatalogHost.StartAsync(services: WatchedRecordings.AddTo);
        var recordings = (WatchedRecordings)host.Ports.Recordings;
        var dataset = await ReadDataset.CreateAsync(host, keep: KeepMode.Reference);
        await dataset.RegisterAsync(await WriteAsync(chunks: 2));
        var rows = await dataset.FindAllAsync("frame");
        var read = recordings.Bytes;
        var stalled = Enumerable.Range(0, Clients).Select(_ => Fetch(host, rows, Token)).ToList();
        await Task.WhenAll(stalled.Select(call => call.ResponseHeadersAsync));

        (recordings.Bytes - read).ShouldBeLessThan(Clients * MostOfStalledBytes);
        (await dataset.FetchAsync(rows)).Count.ShouldBe(2);
        (recordings.Bytes - read).ShouldBeLessThan((2 * ChunkBytes) + (Clients * MostOfStalledBytes));

        stalled.ForEach(call => call.Dispose());
        await recordings.AllClosedAsync(Token);
    }

    private static AsyncServerStreamingCall<FetchChunksResponse> Fetch(CatalogHost host, RecordBatch rows, CancellationToken cancellationToken) =>
        host.Channel.CreateCallInvoker().AsyncServerStreamingCall(
            CatalogMethods.Of<FetchChunksRequest, FetchChunksResponse>(MethodType.ServerStreaming, "FetchChunks"),
            null,
            new CallOptions(cancellationToken: cancellationToken),
            new FetchChunksRequest { ChunkInfos = { rows.ToPart() } });

    private static int Gigabytes() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;

    private Task<string> WriteAsync(int chunks) => LargeRecording.WriteAsync(_folder.Path("large.rrd"), chunks, Token);
}
