using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tests.Http2;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Hostile;

/// <summary>What every RPC does with requests that are none, also one that is added tomorrow: the right status, and a server that goes on as before.</summary>
public sealed class EveryRpcTests : IAsyncLifetime
{
    private const string Unexpected = "failed in a way that nobody expected";
    private const string UnknownId = "00000000000000000000000000000001";

    /// <summary>Requests of each RPC; a fault in one place of a message is met within a few dozen.</summary>
    private const int RandomRequests = 60;

    private static readonly IReadOnlyList<MethodDescriptor> Rpcs = [.. ServiceReflection.Descriptor.Services.Single().Methods];

    /// <summary>RPCs whose request names an entry in its body, and what they are asked for.</summary>
    private static readonly string[] NamedInBody = ["DeleteEntry", "UpdateEntry", "UpdateDatasetEntry", "ReadTableEntry", "GetTableSchema", "ScanTable"];

    /// <summary>RPCs that are about no entry, or about entries by what else is in the request; and those that are not served.</summary>
    private static readonly string[] AboutNoEntry =
    [
        "Version", "WhoAmI", "DoBandwidthTest", "WatchEvents", "FindEntries", "CreateDatasetEntry", "QueryTasks", "QueryTasksOnCompletion", "CancelTasks", "FetchChunks",
        "CreateTableEntry", "RegisterTable", "UpdateTableEntry", "WriteTable", "GetWriteAccessGrant", "GetMultipartUploadPartGrants", "CompleteMultipartUpload",
        "AbortMultipartUpload", "DoMaintenance", "DoGlobalMaintenance",
    ];

    private readonly HttpClient _http = new();
    private CatalogHost _host = null!;
    private ReadDataset _dataset = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await CatalogHost.StartAsync();
        _dataset = await ReadDataset.CreateAsync(_host);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_message_that_is_cut_is_internal_in_Reruns_words()
    {
        foreach (var rpc in Rpcs.Where(r => !r.IsClientStreaming || r.Name == "WriteChunks"))
        {
            var answer = await SendAsync(rpc, [0x0a, 0x7f, 0x01], EntryIdText.Of(_dataset.Id));

            answer.Status.ShouldBe(StatusCode.Internal, rpc.Name);
            answer.Message.ShouldNotBeNull().ShouldStartWith("failed to decode Protobuf message: ");
        }

        await UnharmedAsync();
    }

    [Fact]
    public async Task An_entry_that_is_not_there_is_not_found_in_Reruns_words()
    {
        foreach (var rpc in Rpcs.Where(r => !AboutNoEntry.Contains(r.Name)))
        {
            var answer = await SendAsync(rpc, RequestOf(rpc, DatasetId.Parse(UnknownId)), UnknownId);

            answer.Status.ShouldBe(StatusCode.NotFound, rpc.Name);
            answer.Message.ShouldBeOneOf($"Entry id '{UnknownId}' not found", $"Entry with ID {UnknownId} not found");
        }

        await UnharmedAsync();
    }

    [Fact]
    public async Task A_header_and_a_body_of_two_entries_are_refused_wherever_both_are_told()
    {
        foreach (var rpc in Rpcs.Where(r => NamedInBody.Contains(r.Name)))
        {
            var answer = await SendAsync(rpc, RequestOf(rpc, _dataset.Id), UnknownId);

            answer.Status.ShouldBe(StatusCode.InvalidArgument, rpc.Name);
            answer.Message.ShouldBe($"mismatched entry ids: the 'x-rerun-entry-id' header says '{UnknownId}', but the request body says '{EntryIdText.Of(_dataset.Id)}'");
        }

        await UnharmedAsync();
    }

    [Fact]
    public async Task An_empty_request_is_answered_or_refused_and_never_a_surprise()
    {
        foreach (var rpc in Rpcs)
        {
            ShouldBeExpected(rpc, await SendAsync(rpc, []));
            ShouldBeExpected(rpc, await SendAsync(rpc, [], EntryIdText.Of(_dataset.Id)));
        }

        await UnharmedAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_requests_are_answered_or_refused_and_never_a_surprise(int seed)
    {
        var random = new Random(seed);
        await _dataset.RegisterAsync(SegmentTableTests.Layer("pick_01_base"));
        foreach (var rpc in Rpcs.Where(r => r.Name is not ("DeleteEntry" or "UpdateEntry")))
        {
            var whole = FilledRequest.Of(rpc.InputType, _dataset.Id, "text").ToByteArray();
            for (var k = 0; k < RandomRequests; k++)
            {
                ShouldBeExpected(rpc, await SendAsync(rpc, Changed(whole, random), EntryIdText.Of(_dataset.Id)));
            }
        }

        await UnharmedAsync();
    }

    /// <remarks>Some fields of a QueryDataset exclude each other.</remarks>
    private static byte[] RequestOf(MethodDescriptor rpc, DatasetId entry) =>
        rpc.Name == "QueryDataset" ? new QueryDatasetRequest().ToByteArray() : FilledRequest.Of(rpc.InputType, entry, "text").ToByteArray();

    /// <summary>Some bytes are others, some are missing, some are there twice.</summary>
    private static byte[] Changed(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var changes = random.Next(1, 6); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 8), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }

    private static void ShouldBeExpected(MethodDescriptor rpc, RawAnswer answer)
    {
        answer.Status.ShouldNotBe(StatusCode.Unknown, rpc.Name);
        (answer.Message ?? "").ShouldNotContain(Unexpected, Case.Sensitive, rpc.Name);
    }

    private Task<RawAnswer> SendAsync(MethodDescriptor rpc, byte[] message, string? entry = null) => RawCall.SendAsync(
        _http, _host.Url, rpc.Name, GrpcFrames.Encode(message), staysOpen: rpc.Name == "WatchEvents", entry is null ? [] : [("x-rerun-entry-id", entry)]);

    private async Task UnharmedAsync()
    {
        (await _host.CallAsync<VersionRequest, VersionResponse>("Version", new())).Version.ShouldBe($"strata {CatalogHost.Version}");
        _host.Log.Lines.Where(l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("Critical", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
