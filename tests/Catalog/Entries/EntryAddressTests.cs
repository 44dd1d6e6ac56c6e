using Grpc.Core;
using Strata.Catalog.Tests.Http2;
using Strata.Catalog.Protocol;
using static Strata.Catalog.Tests.Entries.EntryClient;

namespace Strata.Catalog.Tests.Entries;

/// <summary>Source: catalog-protocol §1.8.</summary>
public sealed class EntryAddressTests : IAsyncLifetime
{
    private const string IdHeader = "x-rerun-entry-id";
    private CatalogHost _host = null!;
    private EntryId _arm = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync();
        _arm = (await _host.CreateAsync("arm")).Details.Id;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_dataset_is_addressed_by_id_in_any_case_or_by_name()
    {
        foreach (var header in new[] { (IdHeader, HexOf(_arm)), (IdHeader, HexOf(_arm).ToLowerInvariant()), (IdHeader, HexOf(_arm).ToUpperInvariant()) })
        {
            (await ReadAsync(header)).Details.Name.ShouldBe("arm");
        }

        (await ByNameAsync("arm"u8.ToArray())).Details.Id.ShouldBe(_arm);
    }

    [Theory]
    [InlineData("zz", """'"zz"' is not a valid value for 'x-rerun-entry-id': expected exactly 32 hex characters, got 2 bytes""")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", """'"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"' is not a valid value for 'x-rerun-entry-id': expected 32 hex characters (0-9A-Fa-f), found a non-hex character""")]
    [InlineData("12", """'"12"' is not a valid value for 'x-rerun-entry-id': expected exactly 32 hex characters, got 2 bytes""")]
    public async Task An_id_header_that_is_no_id_is_refused(string value, string refusal) => await RefusedAsync(StatusCode.InvalidArgument, refusal, () => ReadAsync((IdHeader, value)));

    [Fact]
    public async Task A_call_that_names_no_entry_is_refused() => await RefusedAsync(
        StatusCode.InvalidArgument, "missing mandatory [\"x-rerun-entry-id\", \"x-rerun-entry-name-bin\"] HTTP headers", () => ReadAsync());

    [Fact]
    public async Task An_unknown_id_and_an_unknown_name_are_not_found()
    {
        await RefusedAsync(StatusCode.NotFound, "Entry id '00000000000000000000000000000001' not found", () => ReadAsync((IdHeader, "00000000000000000000000000000001")));
        await RefusedAsync(StatusCode.NotFound, "Entry name 'zzz' not found", () => ByNameAsync("zzz"u8.ToArray()));
    }

    [Fact]
    public async Task A_name_header_that_is_no_name_is_refused()
    {
        (await Should.ThrowAsync<RpcException>(() => ByNameAsync([0xFF, 0xFE]))).StatusCode.ShouldBe(StatusCode.InvalidArgument);
        (await Should.ThrowAsync<RpcException>(() => ByNameAsync("a/b"u8.ToArray()))).Status.Detail.ShouldStartWith("name 'a/b' contains invalid character '/'");
    }

    [Theory]
    [InlineData("x-rerun-entry-name-bin", "!!!", "3", """'"!!!"' is not a valid value for 'x-rerun-entry-name-bin': failed to parse metadata value (expected base64 of UTF-8 text)""")]
    [InlineData("grpc-trace-bin", "not*base64", "3", "missing mandatory [\"x-rerun-entry-id\", \"x-rerun-entry-name-bin\"] HTTP headers")]
    public async Task A_binary_header_that_is_no_base64_is_the_callers_fault_where_it_counts_and_else_passed_over(string header, string value, string status, string message)
    {
        await using var client = await FrameClient.ConnectAsync(_host.Address);
        await client.BeginCallAsync(1, "/rerun.cloud.v1alpha1.RerunCloudService/ReadDatasetEntry", (header, value));
        await client.SendDataAsync(1, GrpcFrames.Encode(new ReadDatasetEntryRequest()), end: true);

        var answer = await client.ReadAnswerAsync(1);

        (answer.Status, answer.Message).ShouldBe((status, message));
        _host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Header_and_body_must_agree_and_either_is_enough()
    {
        var leg = (await _host.CreateAsync("leg")).Details.Id;
        (await RenameAsync(null, _arm, "a1")).Name.ShouldBe("a1");
        (await RenameAsync(HexOf(_arm), null, "a2")).Name.ShouldBe("a2");
        (await RenameAsync(HexOf(_arm), _arm, "a3")).Name.ShouldBe("a3");
        await RefusedAsync(
            StatusCode.InvalidArgument,
            $"mismatched entry ids: the 'x-rerun-entry-id' header says '{HexOf(_arm)}', but the request body says '{HexOf(leg)}'",
            () => RenameAsync(HexOf(_arm), leg, "a4"));
        await RefusedAsync(StatusCode.InvalidArgument, "missing entry id in request header and body", () => RenameAsync(null, null, "a4"));
    }

    private async Task<Protocol.DatasetEntry> ReadAsync(params (string, string)[] headers) =>
        (await _host.CallAsync<ReadDatasetEntryRequest, ReadDatasetEntryResponse>("ReadDatasetEntry", new(), headers)).Dataset;

    private async Task<Protocol.DatasetEntry> ByNameAsync(byte[] name)
    {
        var headers = new Metadata { { "x-rerun-entry-name-bin", name } };
        using var call = _host.Channel.CreateCallInvoker().AsyncUnaryCall(
            CatalogMethods.Of<ReadDatasetEntryRequest, ReadDatasetEntryResponse>(MethodType.Unary, "ReadDatasetEntry"),
            null,
            new CallOptions(headers, cancellationToken: TestContext.Current.CancellationToken),
            new ReadDatasetEntryRequest());
        return (await call).Dataset;
    }

    private async Task<EntryDetails> RenameAsync(string? header, EntryId? body, string name)
    {
        var request = new UpdateEntryRequest { Id = body, EntryDetailsUpdate = new() { Name = name } };
        return (await _host.CallAsync<UpdateEntryRequest, UpdateEntryResponse>("UpdateEntry", request, header is null ? [] : [(IdHeader, header)])).EntryDetails;
    }
}
