using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.TestSupport;
using static Strata.Catalog.Tests.Registration.RegistrationClient;

namespace Strata.Catalog.Tests.Registration;

/// <summary>Source: catalog-protocol §2.7.</summary>
public sealed class UnregisterTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private CatalogHost _host = null!;
    private EntryId _dataset = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync();
        _dataset = (await Entries.EntryClient.CreateAsync(_host, "robots")).Details.Id;
        var files = from segment in (string[])["a", "b"] from layer in (string[])["base", "extra"] select Source(_folder.Write($"{segment}-{layer}.rrd", TestSupport.Recordings.Scalars(segment, entity: $"/{layer}")), layer);
        await _host.RegisterAsync(_dataset, [.. files]);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("a", "", "b/base b/extra")]
    [InlineData("", "extra", "a/base b/base")]
    [InlineData("a b", "base", "a/extra b/extra")]
    [InlineData("a zzz", "base nope", "a/extra b/base b/extra")]
    [InlineData("zzz", "", "a/base a/extra b/base b/extra")]
    public async Task Listed_segments_times_listed_layers_go_and_an_empty_list_means_all(string segments, string layers, string left)
    {
        await _host.UnregisterAsync(_dataset, Words(segments), Words(layers));
        (await _host.LayersAsync(_dataset)).Select(l => $"{l.Segment}/{l.Layer}").ShouldBe(Words(left), ignoreOrder: true);
    }

    [Fact]
    public async Task The_answer_is_the_ten_columns_of_every_manifest_without_rows_and_a_task_that_has_succeeded()
    {
        foreach (var segments in (string[][])[["a"], ["zzz"], ["a", "b"]])
        {
            var answer = await _host.UnregisterAsync(_dataset, segments, []);
            var table = answer.Data.ToBatch("answer");
            table.Length.ShouldBe(0);
            table.Schema.FieldsList.Select(f => f.Name).ShouldBe(
            [
                "rerun_layer_name", "rerun_segment_id", "rerun_storage_url", "rerun_layer_type", "rerun_registration_time", "rerun_last_updated_at", "rerun_num_chunks",
                "rerun_size_bytes", "rerun_schema_sha256", "rerun_registration_status",
            ]);
            (await _host.CompletedAsync([answer.TaskId.Id])).Single().Status.ShouldBe("success");
        }
    }

    [Fact]
    public async Task Without_a_segment_and_a_layer_it_is_refused_whatever_the_dataset()
    {
        foreach (var dataset in (EntryId[])[_dataset, Catalog.Entries.EntryIds.ToMessage(Contracts.DatasetId.Parse(new string('1', 32)))])
        {
            var refused = await Should.ThrowAsync<RpcException>(() => _host.UnregisterAsync(dataset, [], []));
            (refused.StatusCode, refused.Status.Detail).ShouldBe((StatusCode.InvalidArgument, "must specify at least 1 segment ID or layer for removal"));
        }
    }

    [Fact]
    public async Task From_a_dataset_that_is_not_there_nothing_is_taken()
    {
        var nobody = Catalog.Entries.EntryIds.ToMessage(Contracts.DatasetId.Parse(new string('1', 32)));
        (await Should.ThrowAsync<RpcException>(() => _host.UnregisterAsync(nobody, ["a"], []))).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task What_went_can_come_again()
    {
        await _host.UnregisterAsync(_dataset, ["a", "b"], []);
        (await _host.LayersAsync(_dataset)).ShouldBeEmpty();
        (await _host.RegisterAsync(_dataset, Source(_folder.Path("a-base.rrd")))).Single().Segment.ShouldBe("a");
        (await _host.LayersAsync(_dataset)).ShouldBe([("a", "base")]);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
