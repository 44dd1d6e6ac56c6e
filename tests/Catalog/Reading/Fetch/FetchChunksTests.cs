using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.Registrar;
using Strata.TestSupport;

namespace Strata.Catalog.Tests.Reading;

public sealed class FetchChunksTests : IDisposable
{
    private const string Timeline = "frame";

    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Chunks_are_relayed_as_the_very_bytes_of_their_files()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        string[] files = [Layer("pick_01_base"), Layer("place_02_base")];
        await dataset.RegisterAsync(files);
        var stored = (await Task.WhenAll(files.Select(StoredMessagesAsync))).SelectMany(m => m).ToList();

        var fetched = await dataset.FetchAsync(await dataset.FindAllAsync(Timeline));

        fetched.Select(c => Convert.ToHexString(c.Span)).Order().ShouldBe(stored.Order());
    }

    [Fact]
    public async Task Rows_of_several_datasets_and_of_one_chunk_twice_go_into_one_call()
    {
        await using var host = await CatalogHost.StartAsync();
        var (one, other) = (await ReadDataset.CreateAsync(host, "one"), await ReadDataset.CreateAsync(host, "other"));
        await one.RegisterAsync(Layer("pick_01_base"));
        await other.RegisterAsync(Layer("place_02_base"));
        var (ones, others) = (await one.FindAllAsync(Timeline), await other.FindAllAsync(Timeline));

        var fetched = await one.FetchAsync(ones, others, ones.Slice(0, 1));

        var ids = fetched.Select(c => ArrowMsg.Parser.ParseFrom(c).StoreId.RecordingId).ToList();
        ids.Count(i => i == "pick_01").ShouldBe(ones.Length + 1);
        ids.Count(i => i == "place_02").ShouldBe(others.Length);
    }

    [Fact]
    public async Task The_rows_of_a_manifest_fetch_their_chunks_too()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(Layer("pick_01_base"));
        await dataset.RegisterLayerAsync("labels", OnDuplicate.Error, Layer("pick_01_labels"));
        var manifest = ReadDataset.Join((await dataset.ManifestsAsync("pick_01")).Select(m => m.Data));

        var fetched = await dataset.FetchAsync(manifest);

        fetched.Select(c => Id(ArrowMsg.Parser.ParseFrom(c).ChunkId)).Order().ShouldBe(Ids(manifest).Order());
    }

    [Fact]
    public async Task A_layer_that_was_replaced_is_still_read_by_who_began_with_it()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(Layer("pick_01_base"));
        var before = await dataset.FindAllAsync(Timeline);
        var chunks = await dataset.FetchAsync(before);

        await dataset.RegisterLayerAsync("base", OnDuplicate.Replace, Layer("pick_01_metrics"));

        (await dataset.FetchAsync(before)).ShouldBe(chunks);
        Ids(await dataset.FindAllAsync(Timeline)).ShouldNotContain(Ids(before)[0]);
    }

    [Fact]
    public async Task A_key_that_was_tampered_with_gets_nothing()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(Layer("pick_01_base"), Layer("place_02_base"));
        var key = Keys(await dataset.FindAllAsync(Timeline))[0];

        for (var at = 0; at < key.Length; at++)
        {
            byte[] tampered = [.. key];
            tampered[at] ^= 1;

            var refusal = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(Row(tampered)));

            refusal.StatusCode.ShouldBe(at == 0 ? StatusCode.InvalidArgument : StatusCode.NotFound, $"byte {at}");
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 })]
    public async Task Bytes_that_are_no_key_are_refused(byte[] key)
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);

        var refusal = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(Row(key)));

        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refusal.Status.Detail.ShouldContain("Failed to decode chunk key");
    }

    [Fact]
    public async Task A_key_of_the_position_of_another_event_is_unknown()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(Layer("pick_01_base"));
        var key = Keys(await dataset.FindAllAsync(Timeline))[0];
        for (var position = 0L; position <= await host.Ports.Store.HeadAsync(Token) + 1; position++)
        {
            var other = new byte[key.Length];
            Catalog.Reading.ChunkKey.Write(other, position, 0, key.AsSpan(^16));
            if (!other.SequenceEqual(key))
            {
                (await ReadDataset.RefusalAsync(() => dataset.FetchAsync(Row(other)))).StatusCode.ShouldBe(StatusCode.NotFound);
            }
        }
    }

    [Fact]
    public async Task Keys_that_are_no_bytes_are_refused()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        var text = new RecordBatch(new Arrow.Schema([new Field("chunk_key", StringType.Default, nullable: false)]), [StringArray.From("abc")], 1);

        var refusal = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(text));

        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refusal.Status.Detail.ShouldContain("chunk_key must be Binary");
    }

    [Fact]
    public async Task A_table_that_is_none_is_refused()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        var part = Row(new byte[29]).ToPart();
        part.Payload = Google.Protobuf.ByteString.CopyFrom(part.Payload.Span[..40]);

        var refusal = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(new FetchChunksRequest { ChunkInfos = { part } }));

        refusal.StatusCode.ShouldBe(StatusCode.InvalidArgument);
    }

    [Fact]
    public async Task A_referenced_file_that_vanished_is_named_and_noted()
    {
        await using var host = await CatalogHost.StartAsync();
        var file = _folder.Write("pick.rrd", await File.ReadAllBytesAsync(Layer("pick_01_base"), Token));
        var dataset = await ReadDataset.CreateAsync(host, keep: KeepMode.Reference);
        await dataset.RegisterAsync(file);
        var rows = await dataset.FindAllAsync(Timeline);
        File.Delete(file);

        var refusal = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(rows));

        refusal.StatusCode.ShouldBe(StatusCode.NotFound);
        refusal.Status.Detail.ShouldContain(file);
        (await ChangesAsync(host)).ShouldHaveSingleItem().Segment.ShouldBe("pick_01");
    }

    [Fact]
    public async Task A_referenced_file_that_was_changed_is_named_and_noted_once()
    {
        await using var host = await CatalogHost.StartAsync();
        var file = _folder.Write("pick.rrd", await File.ReadAllBytesAsync(Layer("pick_01_base"), Token));
        var dataset = await ReadDataset.CreateAsync(host, keep: KeepMode.Reference);
        await dataset.RegisterAsync(file);
        var rows = await dataset.FindAllAsync(Timeline);
        await File.WriteAllBytesAsync(file, await File.ReadAllBytesAsync(Layer("pick_01_metrics"), Token), Token);

        var refusal = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(rows));
        await ReadDataset.RefusalAsync(() => dataset.FetchAsync(rows));

        refusal.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        refusal.Status.Detail.ShouldContain(file);
        (await ChangesAsync(host)).ShouldHaveSingleItem().Layer.ShouldBe("base");
    }

    [Fact]
    public async Task A_kept_copy_that_is_damaged_is_named_by_what_was_registered()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(Layer("pick_01_base"));
        var rows = await dataset.FindAllAsync(Timeline);
        var copy = Directory.EnumerateFiles(host.Folder, "*.rrd", SearchOption.AllDirectories).ShouldHaveSingleItem();
        File.SetAttributes(copy, FileAttributes.Normal);
        await File.WriteAllBytesAsync(copy, new byte[new FileInfo(copy).Length], Token);

        var refusal = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(rows));

        refusal.StatusCode.ShouldBe(StatusCode.DataLoss);
        refusal.Status.Detail.ShouldContain("pick_01_base.rrd");
        (await ChangesAsync(host)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rule_9_chunks_of_a_layer_whose_bytes_were_let_go_of_are_refused_with_when_and_those_of_a_lost_one_with_what_to_do()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(Layer("pick_01_base"));
        var rows = await dataset.FindAllAsync(Timeline);
        await host.Ports.Registrar.RetainDatasetAsync(new(dataset.Id, 0, new("cli", "ada")), Token);
        await dataset.UnregisterAsync("pick_01", "base");
        (await dataset.FetchAsync(rows)).ShouldNotBeEmpty("nobody let go of it yet");
        var collector = new ContentCollector(host.Ports.Store, host.Ports.Recordings, () => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100);
        (await collector.CollectAsync(new("cli", "ada"), null, Token)).Files.Length.ShouldBe(1);

        var refusal = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(rows));

        refusal.StatusCode.ShouldBe(StatusCode.NotFound);
        refusal.Status.Detail.ShouldContain("pick_01_base.rrd' cannot be read any more: its bytes were let go of by gc on 20");

        await dataset.RegisterAsync(Layer("pick_01_base"));
        (await dataset.FetchAsync(rows)).ShouldNotBeEmpty("the same content is there again");
        File.Delete(Directory.EnumerateFiles(host.Folder, "*.rrd", SearchOption.AllDirectories).ShouldHaveSingleItem());
        var again = await dataset.FindAllAsync(Timeline);
        var lost = await ReadDataset.RefusalAsync(() => dataset.FetchAsync(again));
        lost.Status.Detail.ShouldContain("is lost; register that file again to put it back");
    }

    [Fact]
    public async Task A_file_of_an_alpha_build_is_sent_as_todays_clients_read_it()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(host);
        await dataset.RegisterAsync(TestData.Shared("public/rerun_example_0.23.0-alpha.rrd"));

        var chunks = (await dataset.FetchAsync(await dataset.QueryAsync(new() { SelectAllEntityPaths = true }))).Select(c => ArrowMsg.Parser.ParseFrom(c)).ToList();

        chunks.ShouldNotBeEmpty();
        chunks.ShouldAllBe(c => c.Payload.Length > 0 && c.StoreId.ApplicationId.Id.Length > 0 && c.ChunkId != null);
        (await Rrd.Tests.RerunSdk.PythonAsync(
            """
            import sys
            from rerun.catalog import CatalogClient
            dataset = CatalogClient(sys.argv[1]).get_dataset("robots")
            index = next(f.name for f in dataset.schema().to_arrow() if (f.metadata or {}).get(b"rerun:kind") == b"index")
            print("rows", dataset.reader(index=index).to_arrow_table().num_rows)
            """,
            $"rerun+{host.Url}")).ShouldBe("rows 1\n");
    }

    internal static RecordBatch Row(byte[] key) => new(new Arrow.Schema([new Field("chunk_key", BinaryType.Default, nullable: false)]), [BinaryArray.From([key])], 1);

    internal static List<byte[]> Keys(RecordBatch rows) => [.. Enumerable.Range(0, rows.Length).Select(r => ((BinaryArray)rows.Column("chunk_key")).GetBytes(r).ToArray())];

    private static List<string> Ids(RecordBatch rows) =>
        [.. Enumerable.Range(0, rows.Length).Select(r => Convert.ToHexString(((FixedSizeBinaryArray)rows.Column("chunk_id")).GetBytes(r)))];

    private static string Id(Tuid id) => $"{id.TimeNs:X16}{id.Inc:X16}";

    private static string Layer(string name) => SegmentTableTests.Layer(name);

    private static async Task<IReadOnlyList<RecordingChanged>> ChangesAsync(CatalogHost host) =>
        [.. (await host.Ports.Store.ReadAsync(0, 1000, Token)).Events.Select(e => e.Event).OfType<RecordingChanged>()];

    /// <summary>The messages of a file as hexadecimal digits.</summary>
    private static async Task<List<string>> StoredMessagesAsync(string file)
    {
        var bytes = await File.ReadAllBytesAsync(file, Token);
        var reader = await Rrd.RrdReader.OpenAsync(new Rrd.MemoryBytes(bytes), Token);
        return [.. reader.Contents.Recordings.Single().Manifest.Entries.Select(e => Convert.ToHexString(bytes.AsSpan((int)e.ByteOffset, (int)e.ByteSize)))];
    }
}
