using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Access;

/// <summary>Every RPC of the service, also one that is added tomorrow: none is open to a token that does not allow it. What is listed here is listed on purpose.</summary>
public sealed class EveryRpcTests
{
    private const string NewName = "leg 2";

    private static readonly IReadOnlyList<MethodDescriptor> Rpcs = [.. ServiceReflection.Descriptor.Services.Single().Methods];

    /// <summary>RPCs that read; all others change something.</summary>
    private static readonly string[] Reading =
    [
        "Version", "WhoAmI", "DoBandwidthTest", "WatchEvents", "FindEntries", "ReadDatasetEntry", "ReadTableEntry", "GetSegmentTableSchema", "ScanSegmentTable",
        "GetDatasetManifestSchema", "ScanDatasetManifest", "GetDatasetSchema", "GetSchemas", "GetRrdManifest", "GetAssetsForSegment", "GetSegmentProperties", "QueryDataset",
        "FindChunks", "FetchChunks", "GetTableSchema", "ScanTable", "QueryTasks", "QueryTasksOnCompletion",
    ];

    private static readonly string[] Administering = ["DeleteEntry", "UpdateEntry", "DoMaintenance", "DoGlobalMaintenance"];

    /// <summary>What they answer to whoever may do everything with another dataset only: they touch none, or show only what may be read.</summary>
    private static readonly Dictionary<string, StatusCode> TouchNoDataset = new()
    {
        ["Version"] = StatusCode.OK,
        ["WhoAmI"] = StatusCode.OK,
        ["DoBandwidthTest"] = StatusCode.OK,
        ["WatchEvents"] = StatusCode.OK,
        ["FindEntries"] = StatusCode.OK,
        ["QueryTasks"] = StatusCode.OK,
        ["QueryTasksOnCompletion"] = StatusCode.OK,
        ["CancelTasks"] = StatusCode.OK,
        ["ReadTableEntry"] = StatusCode.NotFound,
        ["GetTableSchema"] = StatusCode.NotFound,
        ["ScanTable"] = StatusCode.NotFound,
        ["CreateTableEntry"] = StatusCode.Unimplemented,
        ["RegisterTable"] = StatusCode.Unimplemented,
        ["UpdateTableEntry"] = StatusCode.Unimplemented,
        ["WriteTable"] = StatusCode.Unimplemented,
        ["GetWriteAccessGrant"] = StatusCode.Unimplemented,
        ["GetMultipartUploadPartGrants"] = StatusCode.Unimplemented,
        ["CompleteMultipartUpload"] = StatusCode.Unimplemented,
        ["AbortMultipartUpload"] = StatusCode.Unimplemented,
        ["DoMaintenance"] = StatusCode.Unimplemented,
        ["DoGlobalMaintenance"] = StatusCode.Unimplemented,
    };

    /// <summary>Asked last: after them the dataset is not there.</summary>
    private static readonly string[] TakesAway = ["UpdateEntry", "DeleteEntry"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_list_here_names_rpcs_that_there_are() =>
        Reading.Concat(Administering).Concat(TouchNoDataset.Keys).Except(Rpcs.Select(r => r.Name)).ShouldBeEmpty();

    [Fact]
    public async Task No_rpc_is_open_without_a_token()
    {
        await using var server = await TokenServer.StartAsync();

        (await AnswersAsync(server, Rpcs, token: null)).ShouldAllBe(a => a.Status == StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task No_rpc_is_open_to_a_token_without_a_right()
    {
        await using var server = await TokenServer.StartAsync();

        (await AnswersAsync(server, Rpcs, server.Token("later:everything"))).ShouldAllBe(a => a.Status == StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task No_rpc_that_changes_something_is_open_to_a_reader()
    {
        await using var server = await TokenServer.StartAsync();

        var answers = await AnswersAsync(server, Rpcs.Where(r => !Reading.Contains(r.Name)), server.Token(TokenServer.OfScope(AccessScope.Read)));

        answers.ShouldAllBe(a => a.Status == StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task No_rpc_that_administers_is_open_to_a_registrar()
    {
        await using var server = await TokenServer.StartAsync();

        var answers = await AnswersAsync(server, Rpcs.Where(r => Administering.Contains(r.Name)), server.Token(TokenServer.OfScope(AccessScope.Register)));

        answers.ShouldAllBe(a => a.Status == StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task No_rpc_is_open_to_a_token_for_another_dataset_but_for_those_that_touch_none()
    {
        await using var server = await TokenServer.StartAsync();
        var before = await server.Ports.Store.HeadAsync(Token);

        var answers = await AnswersAsync(server, Rpcs, server.Token(TokenServer.OfScope(AccessScope.Admin, "arm")));

        answers.ShouldAllBe(a => a.Status == TouchNoDataset.GetValueOrDefault(a.Rpc, StatusCode.PermissionDenied));
        (await server.Ports.Store.HeadAsync(Token)).ShouldBe(before, "who is refused changes nothing");
    }

    [Fact]
    public async Task The_same_requests_are_let_in_with_a_token_for_the_dataset()
    {
        await using var server = await TokenServer.StartAsync();

        var answers = await AnswersAsync(server, Rpcs, server.Token(TokenServer.OfScope(AccessScope.Admin, "leg"), TokenServer.OfScope(AccessScope.Register, NewName)));

        answers.ShouldAllBe(a => a.Status != StatusCode.PermissionDenied && a.Status != StatusCode.Unauthenticated);
    }

    private sealed record Answer(string Rpc, StatusCode Status, string? Message);

    /// <summary>Of a call about the dataset <c>leg</c> to each.</summary>
    private static async Task<IReadOnlyList<Answer>> AnswersAsync(TokenServer server, IEnumerable<MethodDescriptor> rpcs, string? token)
    {
        var answers = new List<Answer>();
        foreach (var rpc in rpcs.OrderBy(r => TakesAway.Contains(r.Name)))
        {
            var answer = await server.CallAsync(rpc.Name, await RequestAsync(server, rpc), token, server.Leg, staysOpen: rpc.Name == "WatchEvents");
            answers.Add(new(rpc.Name, answer.Status, answer.Message));
        }

        answers.ShouldNotBeEmpty();
        return answers;
    }

    /// <summary>Of a call that has no dataset but in its chunks' keys, these are real ones.</summary>
    private static async Task<IMessage> RequestAsync(TokenServer server, MethodDescriptor rpc)
    {
        if (rpc.Name == "QueryDataset")
        {
            // Some of its fields exclude each other.
            return new QueryDatasetRequest();
        }

        if (rpc.Name != "FetchChunks")
        {
            return FilledRequest.Of(rpc.InputType, server.Leg, NewName);
        }

        var everything = new FindChunksRequest { Contents = new() { All = new() }, Static = new() { Segments = new() { All = new() } } };
        var found = await server.CallAsync("FindChunks", everything, server.Token(TokenServer.OfScope(AccessScope.Read)), server.Leg);
        var keys = found.Messages.Select(m => FindChunksResponse.Parser.ParseFrom(m).Data).ToList();
        keys.Sum(k => k.ToBatch("answer").Length).ShouldBeGreaterThan(0);
        return new FetchChunksRequest { ChunkInfos = { keys } };
    }
}
