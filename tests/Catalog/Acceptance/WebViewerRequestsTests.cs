using System.Net;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tests.Http2;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Registrar;
using Strata.TestSupport;
using Encoding = System.Text.Encoding;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>The requests of Rerun's web viewer, recorded in a real browser and sent again over plain HTTP. Source: viewer.md; catalog-protocol §1.5–1.7.</summary>
public sealed class WebViewerRequestsTests : IAsyncLifetime
{
    private const string Dataset = "my_robot";
    private const string ContentType = "application/grpc-web+proto";
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private const string NeverEnds = "WatchEvents";
    private const string Telemetry = "Export";
    private const string UnknownSegment = "unknown segment";
    private const byte TrailerFrame = 0x80;

    private readonly TestFolder _folder = new();
    private StrataHost _host = null!;
    private HttpClient _http = null!;
    private string _dataset = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StrataHost.StartAsync(_folder.Path("data"));
        _http = new HttpClient { BaseAddress = _host.Url };
        var dataset = await _host.CreateAsync(Dataset);
        await _host.RegisterAsync(Dataset, OnDuplicate.Error, HowToRules.BaseLayer, Directory.GetFiles(Path.GetFullPath(Path.Combine(TestData.Folder("sdk"), "../../../samples/sample_5")), "*.rrd"));
        await _host.SettledAsync(dataset);
        _dataset = EntryIdText.Of(dataset);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_browser_may_send_every_call_with_the_headers_that_it_asks_for()
    {
        foreach (var request in ViewerRequest.Recorded)
        {
            using var answer = await request.PreflightAsync(_http);

            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, request.Method);
            Header(answer, "access-control-allow-origin").ShouldBe(ViewerRequest.Origin);
            Header(answer, "access-control-allow-methods").ShouldBe("POST");
            Header(answer, "access-control-allow-headers").Split(',').ShouldBe(request.Preflight.Split(','), ignoreOrder: true, request.Method);
        }
    }

    [Fact]
    public async Task The_page_reads_the_messages_and_the_status_of_every_call()
    {
        foreach (var request in ViewerRequest.Recorded.Where(r => r.Page != UnknownSegment && r.Method is not (NeverEnds or Telemetry)))
        {
            var sent = request.Method == "FetchChunks" ? request with { Body = GrpcFrames.Encode(await WithKeysOfThisServerAsync(request)) } : request;

            var (answer, frames) = await AskAsync(sent);

            answer.Headers.Contains(StatusHeader).ShouldBeFalse(request.Method);
            frames[..^1].ShouldNotBeEmpty(request.Method);
            frames[..^1].ShouldAllBe(f => f.Flag == 0 && f.Message.Length > 0, request.Method);
            (frames[^1].Flag, Encoding.ASCII.GetString(frames[^1].Message)).ShouldBe((TrailerFrame, $"{StatusHeader}: 0\r\n"), request.Method);
            answer.Dispose();
        }
    }

    [Fact]
    public async Task The_page_gets_each_chunk_that_it_asks_for()
    {
        foreach (var request in ViewerRequest.Recorded.Where(r => r.Method == "FetchChunks"))
        {
            var wanted = await WithKeysOfThisServerAsync(request);

            var (_, frames) = await AskAsync(request with { Body = GrpcFrames.Encode(wanted) });

            frames[..^1].Sum(f => FetchChunksResponse.Parser.ParseFrom(f.Message).Chunks.Count).ShouldBe(wanted.ChunkInfos.Sum(part => part.ToBatch("request").Length));
        }
    }

    [Fact]
    public async Task The_list_of_entries_is_watched_for_as_long_as_the_page_is_open()
    {
        var request = ViewerRequest.Recorded.Single(r => r.Method == NeverEnds);
        using var answer = await request.SendAsync(_http, _dataset);
        MayBeRead(answer);
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var message = new byte[1];
        var first = body.ReadAsync(message, TestContext.Current.CancellationToken).AsTask();
        first.IsCompleted.ShouldBeFalse();

        await _host.CreateAsync("another");

        (await first).ShouldBe(1);
        message[0].ShouldBe((byte)0, "a message, not the end");
    }

    [Theory]
    [InlineData(UnknownSegment, "GetRrdManifest", "5", "Segment 'nope' not found in dataset")]
    [InlineData("catalog", Telemetry, "12", null)]
    public async Task What_fails_is_told_in_headers_that_the_page_may_read_and_in_the_body(string page, string method, string status, string? message)
    {
        var (answer, frames) = await AskAsync(ViewerRequest.Recorded.Single(r => r.Page == page && r.Method == method));

        Header(answer, StatusHeader).ShouldBe(status);
        var (flag, trailers) = frames.ShouldHaveSingleItem();
        flag.ShouldBe(TrailerFrame);
        Encoding.ASCII.GetString(trailers).ShouldStartWith($"{StatusHeader}: {status}\r\n");
        if (message is not null)
        {
            Uri.UnescapeDataString(Header(answer, MessageHeader)).ShouldStartWith(message);
        }

        answer.Dispose();
        _host.Log.Lines.ShouldBeEmpty("neither is the server's trouble");
    }

    private async Task<(HttpResponseMessage Answer, List<(byte Flag, byte[] Message)> Frames)> AskAsync(ViewerRequest request)
    {
        var answer = await request.SendAsync(_http, _dataset);
        MayBeRead(answer);
        return (answer, GrpcFrames.Decode(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
    }

    private static void MayBeRead(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(ContentType);
        Header(answer, "access-control-allow-origin").ShouldBe(ViewerRequest.Origin);
        ((string[])[StatusHeader, MessageHeader]).ShouldBeSubsetOf(Header(answer, "access-control-expose-headers").Split(','));
    }

    /// <summary>
    /// The chunks of the recorded request; their keys are those of the server that was recorded, which this one does not know. Ids of derived chunks depend on the version of
    /// their deriver: where the recorded server had an older one, another derived chunk is asked for instead.
    /// </summary>
    private async Task<FetchChunksRequest> WithKeysOfThisServerAsync(ViewerRequest request)
    {
        var (_, frames) = await AskAsync(ViewerRequest.Recorded.Single(r => r.Page == request.Page && r.Method == "GetRrdManifest"));
        var manifest = ReadDataset.Join(frames[..^1].Select(f => GetRrdManifestResponse.Parser.ParseFrom(f.Message).RrdManifest.Data));
        var (ids, keys) = (Ids(manifest), (BinaryArray)manifest.Column("chunk_key"));
        var keyOf = Enumerable.Range(0, manifest.Length).ToDictionary(row => ids(row), row => keys.GetBytes(row).ToArray());
        var recorded = FetchChunksRequest.Parser.ParseFrom(GrpcFrames.Decode(request.Body).Single().Message).ChunkInfos.Select(part => part.ToBatch("recorded")).ToList();
        var asked = recorded.SelectMany(rows => Enumerable.Range(0, rows.Length).Select(row => Ids(rows)(row))).ToHashSet();
        var others = new Queue<byte[]>(keyOf.Where(k => !asked.Contains(k.Key)).Select(k => k.Value));
        return new() { ChunkInfos = { recorded.Select(rows => WithKeys(rows).ToPart()) } };

        RecordBatch WithKeys(RecordBatch rows)
        {
            var id = Ids(rows);
            IArrowArray own = BinaryArray.From([.. Enumerable.Range(0, rows.Length).Select(row => keyOf.GetValueOrDefault(id(row)) ?? others.Dequeue())]);
            return new(rows.Schema, rows.Schema.FieldsList.Select((f, column) => f.Name == "chunk_key" ? own : rows.Column(column)), rows.Length);
        }
    }

    private static Func<int, string> Ids(RecordBatch rows)
    {
        var ids = (FixedSizeBinaryArray)rows.Column("chunk_id");
        return row => Convert.ToHexString(ids.GetBytes(row));
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}
