using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.TestSupport;
using static Strata.Catalog.Tests.Registration.RegistrationClient;

namespace Strata.Catalog.Tests.Registration;

/// <summary>Source: catalog-protocol §2.6, §6.2, §11.4.</summary>
public sealed class RegisterTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private CatalogHost _host = null!;
    private EntryId _dataset = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync();
        _dataset = (await Entries.EntryClient.CreateAsync(_host, "robots")).Details.Id;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_recording_is_a_row_with_the_url_of_the_request_and_stands_in_the_tables_at_once()
    {
        var (a, several) = (Source(File("a.rrd", "a")), Source(_folder.Write("bc.rrd", TestSupport.Recordings.Several("b", "c")), "extra"));
        var rows = await _host.RegisterAsync(_dataset, a, several);
        rows.Select(r => (r.Segment, r.Layer, r.Url)).ShouldBe([("a", "base", a.StorageUrl), ("b", "extra", several.StorageUrl), ("c", "extra", several.StorageUrl)]);
        (await _host.LayersAsync(_dataset)).ShouldBe([("a", "base"), ("b", "extra"), ("c", "extra")]);
        (await _host.CompletedAsync(rows.Select(r => r.Task))).ShouldHaveSingleItem().Status.ShouldBe("success");
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Without_a_layer_it_is_base(string? layer) => (await _host.RegisterAsync(_dataset, Source(File("a.rrd", "a"), layer))).Single().Layer.ShouldBe("base");

    [Theory]
    [InlineData("with space.rrd")]
    [InlineData("hundred%25.rrd")]
    [InlineData("ünïcode 机器人.rrd")]
    [InlineData("hash#and?mark.rrd")]
    [InlineData("a+b&c;d[1].rrd")]
    public async Task A_path_of_any_characters_is_found_behind_its_percent_encoding(string name)
    {
        var path = File(name, "a");
        (await _host.RegisterAsync(_dataset, Source(FileUrlOf(path)))).Single().Url.ShouldBe(FileUrlOf(path));
        (await _host.RegisterAsync(_dataset, Source(FileUrlOf(_folder.Root), "copy", prefix: true))).Single().Url.ShouldBe(FileUrlOf(path));
    }

    [Fact]
    public async Task A_prefix_takes_every_recording_below_it_and_nothing_else()
    {
        File("one/a.rrd", "a");
        File("one/two/b.rrd", "b");
        _folder.Write("one/notes.txt", "notes"u8.ToArray());
        _folder.Write("one/layout.rbl", TestSupport.Recordings.Blueprint());
        Directory.CreateSymbolicLink(_folder.Path("one/two/ring"), _folder.Path("one"));
        (await _host.RegisterAsync(_dataset, Source(_folder.Path("one") + "/", "base", prefix: true))).Select(r => r.Segment).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_prefix_that_is_none_is_refused_with_Reruns_words()
    {
        var file = File("a.rrd", "a");
        Directory.CreateDirectory(_folder.Path("empty"));
        await RefusedAsync(StatusCode.InvalidArgument, $"Directory not found: \"{_folder.Path("none")}\"", Source(_folder.Path("none"), prefix: true));
        await RefusedAsync(StatusCode.InvalidArgument, $"expected prefix / directory but got an object (\"{file}\")", Source(file, prefix: true));
        await RefusedAsync(StatusCode.InvalidArgument, "no rrd files found in ", Source(_folder.Path("empty"), prefix: true));
        await RefusedAsync(StatusCode.InvalidArgument, "memory:// URLs cannot be used as prefix data sources", Source("memory:///store/x", prefix: true));
    }

    [Fact]
    public async Task A_request_without_what_it_needs_is_refused_before_anything_is_opened()
    {
        await RefusedAsync(StatusCode.InvalidArgument, "no data sources to register");
        await RefusedAsync(StatusCode.InvalidArgument, "missing required field: 'rerun.cloud.v1alpha1.DataSource.storage_url'", new DataSource { Typ = DataSourceKind.Rrd });
        await RefusedAsync(StatusCode.InvalidArgument, "could not parse url: relative URL without a base", new DataSource { StorageUrl = "abc", Typ = DataSourceKind.Rrd });
        await RefusedAsync(StatusCode.InvalidArgument, "DataSourceKind.: enum value unspecified", new DataSource { StorageUrl = "file:///a.rrd" });
        await RefusedAsync(StatusCode.InvalidArgument, "layer id ", Source(File("a.rrd", "a"), new string('l', 10_000)));
    }

    [Theory]
    [InlineData("foo://bucket/x.rrd")]
    [InlineData("s3://bucket/x.rrd")]
    [InlineData("http://127.0.0.1:9/x.rrd")]
    [InlineData("memory:///store/7")]
    public Task A_url_of_another_scheme_is_not_found(string url) => RefusedAsync(StatusCode.NotFound, $"RRD file not found, could not load URI: {url}", Source(url));

    [Fact]
    public Task A_file_of_another_host_is_not_found() => RefusedAsync(
        StatusCode.NotFound,
        "RRD file not found, file URI should not have a host: file://otherhost/x.rrd (this may be caused by invalid relative-path URI)",
        Source("file://otherhost/x.rrd"));

    [Fact]
    public async Task A_file_that_only_the_client_sees_is_not_found_and_the_answer_names_the_servers_machine()
    {
        var gone = _folder.Path("gone.rrd");
        var text = await RefusedAsync(StatusCode.NotFound, $"RRD file not found, file does not exist: \"{gone}\"", Source(File("a.rrd", "a")), Source(gone));
        text.ShouldContain($"this server runs on '{Environment.MachineName}'");
        (await _host.LayersAsync(_dataset)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(OldClient, StatusCode.Internal)]
    [InlineData(NewClient, StatusCode.InvalidArgument)]
    public async Task A_file_that_is_no_recording_refuses_the_batch_with_the_code_of_the_clients_generation(string client, StatusCode code)
    {
        var bad = _folder.Write("bad.rrd", "this is no recording"u8.ToArray());
        var refused = await Should.ThrowAsync<RpcException>(() => _host.RegisterAsync(_dataset, IfDuplicateBehavior.Error, client, Source(File("a.rrd", "a")), Source(bad)));
        refused.StatusCode.ShouldBe(code);
        refused.Status.Detail.ShouldStartWith("Failed to enumerate RRD stores: Not an RRD file: expected FourCC header \"RRF2\", got \"this\"\n");
        await _host.CaughtUpAsync();
        (await _host.LayersAsync(_dataset)).ShouldBeEmpty();
        (await _host.Ports.ReadModels.Quarantine.ReadAsync(null, TestContext.Current.CancellationToken)).Single().StorageUrl.ShouldBe(Source(bad).StorageUrl);
    }

    [Fact]
    public async Task To_the_first_generation_a_layer_that_stands_refuses_the_call_and_to_the_second_only_its_task()
    {
        var (a, b) = (Source(File("a.rrd", "a")), Source(File("b.rrd", "b")));
        await _host.RegisterAsync(_dataset, a);
        var refused = await Should.ThrowAsync<RpcException>(() => _host.RegisterAsync(_dataset, IfDuplicateBehavior.Error, OldClient, b, a));
        (refused.StatusCode, refused.Status.Detail.Split('\n')[0]).ShouldBe((StatusCode.AlreadyExists, "Layer 'base' already exists"));
        (await _host.LayersAsync(_dataset)).ShouldBe([("a", "base")]);

        var rows = await _host.RegisterAsync(_dataset, IfDuplicateBehavior.Error, NewClient, b, a);
        (await _host.LayersAsync(_dataset)).ShouldBe([("a", "base"), ("b", "base")]);
        var tasks = await _host.CompletedAsync(rows.Select(r => r.Task));
        tasks.Select(t => t.Status).ShouldBe(["success", "failed"]);
        tasks[1].Messages.ShouldNotBeNull().ShouldStartWith("Registration failed for the segments/layers listed below.\n- Segment \"a\", layer \"base\": already exists");
    }

    [Theory]
    [InlineData(nameof(IfDuplicateBehavior.Skip))]
    [InlineData(nameof(IfDuplicateBehavior.Unspecified))]
    public async Task Skip_keeps_what_stands_and_answers_its_row_as_a_success(string policy)
    {
        var skip = Enum.Parse<IfDuplicateBehavior>(policy);
        await _host.RegisterAsync(_dataset, Source(File("a.rrd", "a")));
        var before = await FingerprintAsync("a");
        var rows = await _host.RegisterAsync(_dataset, skip, NewClient, Source(_folder.Write("a2.rrd", TestSupport.Recordings.Scalars("a", 7))));
        rows.Single().Segment.ShouldBe("a");
        (await _host.CompletedAsync([rows.Single().Task])).Single().Status.ShouldBe("success");
        (await FingerprintAsync("a")).ShouldBe(before);
    }

    [Fact]
    public async Task Overwrite_puts_the_new_recording_in_the_place_of_the_old()
    {
        await _host.RegisterAsync(_dataset, Source(File("a.rrd", "a")));
        var before = await FingerprintAsync("a");
        var rows = await _host.RegisterAsync(_dataset, IfDuplicateBehavior.Overwrite, NewClient, Source(_folder.Write("a2.rrd", TestSupport.Recordings.Scalars("a", 7))));
        (await _host.CompletedAsync([rows.Single().Task])).Single().Status.ShouldBe("success");
        (await FingerprintAsync("a")).ShouldNotBe(before);
    }

    [Fact]
    public async Task A_conflicting_schema_fails_alone_and_its_row_names_it_as_the_generation_wants()
    {
        var (numbers, texts) = (Source(_folder.Write("n.rrd", TestSupport.Recordings.Numbers("n"))), Source(_folder.Write("t.rrd", TestSupport.Recordings.Texts("t"))));
        foreach (var (client, segment) in new[] { (OldClient, ""), (NewClient, "t") })
        {
            var dataset = (await Entries.EntryClient.CreateAsync(_host, $"for {client.Replace('/', ' ')}")).Details.Id;
            var rows = await _host.RegisterAsync(dataset, IfDuplicateBehavior.Error, client, numbers, texts);
            rows.Select(r => r.Segment).ShouldBe(["n", segment]);
            var failed = (await _host.CompletedAsync(rows.Select(r => r.Task), client))[1];
            const string Reason = "schema incompatibility on segment 't', layer 'base': ";
            failed.Messages.ShouldNotBeNull().ShouldStartWith(client == OldClient ? Reason : $"Registration failed for the segments/layers listed below.\n- Segment \"t\", layer \"base\": {Reason}");
            (await _host.LayersAsync(dataset)).ShouldBe([("n", "base")]);
        }
    }

    [Fact]
    public async Task Two_whole_files_glued_together_are_read_stream_by_stream()
    {
        byte[] glued = [.. TestSupport.Recordings.Scalars("a"), .. TestSupport.Recordings.Scalars("b")];
        (await _host.RegisterAsync(_dataset, Source(_folder.Write("glued.rrd", glued)))).Select(r => r.Segment).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_file_without_a_store_of_the_right_kind_is_an_answer_without_rows() =>
        (await _host.RegisterAsync(_dataset, Source(_folder.Write("layout.rbl", TestSupport.Recordings.Blueprint())))).ShouldBeEmpty();

    [Fact]
    public async Task A_blueprint_goes_into_the_companion_for_blueprints()
    {
        var companion = (await Entries.EntryClient.ReadAsync(_host, _dataset)).DatasetDetails.BlueprintDataset;
        (await _host.RegisterAsync(companion, IfDuplicateBehavior.Overwrite, NewClient, Source(_folder.Write("layout.rbl", TestSupport.Recordings.Blueprint())))).Single().Segment.ShouldBe("blueprint");
        (await _host.RegisterAsync(companion, Source(File("a.rrd", "a")))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dataset_that_is_not_there_is_not_found()
    {
        var nobody = Catalog.Entries.EntryIds.ToMessage(DatasetId.Parse("00000000000000000000000000000001"));
        var refused = await Should.ThrowAsync<RpcException>(() => _host.RegisterAsync(nobody, Source(File("a.rrd", "a"))));
        (refused.StatusCode, refused.Status.Detail).ShouldBe((StatusCode.NotFound, "Entry id '00000000000000000000000000000001' not found"));
    }

    [Fact]
    public async Task What_is_registered_raises_the_time_of_the_dataset()
    {
        var before = (await Entries.EntryClient.ReadAsync(_host, _dataset)).Details.UpdatedAt;
        await _host.RegisterAsync(_dataset, Source(File("a.rrd", "a")));
        (await Entries.EntryClient.ReadAsync(_host, _dataset)).Details.UpdatedAt.ToDateTime().ShouldBeGreaterThan(before.ToDateTime());
    }

    private string File(string name, string segment) => _folder.Write(name, TestSupport.Recordings.Scalars(segment));

    private static string FileUrlOf(string path) => Catalog.Registration.FileUrl.Of(path);

    private async Task<string> RefusedAsync(StatusCode code, string text, params DataSource[] sources)
    {
        var refused = await Should.ThrowAsync<RpcException>(() => _host.RegisterAsync(_dataset, sources));
        refused.StatusCode.ShouldBe(code);
        refused.Status.Detail.ShouldContain(text);
        await _host.CaughtUpAsync();
        return refused.Status.Detail;
    }

    private async Task<Sha256Digest> FingerprintAsync(string segment) => (await _host.Ports.ReadModels.Chunks.ReadAsync(
        Catalog.Entries.EntryIds.ToDatasetId(_dataset), segment, asOf: null, TestContext.Current.CancellationToken)).Single().Fingerprint;
}
