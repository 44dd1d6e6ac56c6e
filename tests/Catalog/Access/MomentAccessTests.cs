using System.Net;
using Grpc.Core;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Catalog.Reading;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Access;

/// <summary>A moment is read by the right to its dataset, a pin by the right to its own name.</summary>
public sealed class MomentAccessTests
{
    private static readonly EventSource Ada = new("cli", "ada");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_moment_is_read_by_who_may_read_its_dataset_by_the_name_that_it_has_today()
    {
        await using var server = await TokenServer.StartAsync();
        var at = await server.Ports.Store.HeadAsync(Cancel);
        var moment = MomentId.Of(server.Leg, at);
        var (leg, arm) = (server.Token(TokenServer.OfScope(AccessScope.Read, "leg")), server.Token(TokenServer.OfScope(AccessScope.Read, "arm")));
        (await RestAsync(server, $"leg[{at}]", leg)).ShouldBe(HttpStatusCode.OK);
        (await RestAsync(server, $"leg[{at}]", arm)).ShouldBe(HttpStatusCode.Forbidden);
        (await ScanAsync(server, moment, leg)).ShouldBe(StatusCode.OK);
        (await ScanAsync(server, moment, arm)).ShouldBe(StatusCode.PermissionDenied);

        var renamed = await server.Ports.Registrar.RenameDatasetAsync(new(server.Leg, "secret", Ada), Cancel);
        await server.Ports.ReadModels.WaitForAsync(renamed.Position, Cancel);
        (await RestAsync(server, $"leg[{at}]", leg)).ShouldBe(HttpStatusCode.Forbidden);
        (await ScanAsync(server, moment, leg)).ShouldBe(StatusCode.PermissionDenied);
        (await ScanAsync(server, moment, server.Token(TokenServer.OfScope(AccessScope.Read, "secret")))).ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task The_right_to_a_name_opens_no_other_dataset_that_is_called_like_a_moment_of_it()
    {
        await using var server = await TokenServer.StartAsync();
        var id = DatasetId.New();
        var created = await server.Ports.Store.AppendAsync(
            new("old", [new(StreamIds.Dataset(id), 0, [new DatasetCreated(id, "leg[1]", KeepMode.Copy)])], [], []), Cancel);
        await server.Ports.ReadModels.WaitForAsync(((EventStore.AppendResult.Appended)created).LastPosition, Cancel);
        (await RestAsync(server, "leg[1]", server.Token(TokenServer.OfScope(AccessScope.Read, "leg")))).ShouldBe(HttpStatusCode.Forbidden);
        (await RestAsync(server, "leg[1]", server.Token(TokenServer.OfScope(AccessScope.Read, "leg"), TokenServer.OfScope(AccessScope.Read, "leg[1]")))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_pin_wants_the_right_to_read_its_source_and_to_register_under_its_name_and_is_read_by_its_name_alone()
    {
        await using var server = await TokenServer.StartAsync();
        var (read, register) = (TokenServer.OfScope(AccessScope.Read, "leg"), TokenServer.OfScope(AccessScope.Register, "v1"));
        (await PinAsync(server, read)).ShouldBe(HttpStatusCode.Forbidden);
        (await PinAsync(server, register)).ShouldBe(HttpStatusCode.Forbidden);
        (await PinAsync(server, read, register)).ShouldBe(HttpStatusCode.OK);

        var pin = (await server.Ports.ReadModels.Entries.PinsAsync(null, Cancel)).Single().Entry;
        var shared = server.Token(TokenServer.OfScope(AccessScope.Read, "v1"));
        (await ScanAsync(server, pin, shared)).ShouldBe(StatusCode.OK);
        (await ScanAsync(server, server.Leg, shared)).ShouldBe(StatusCode.PermissionDenied);
        (await FetchAsync(server, shared)).ShouldBe(StatusCode.OK);
        (await FetchAsync(server, server.Token(TokenServer.OfScope(AccessScope.Read, "arm")))).ShouldBe(StatusCode.PermissionDenied);

        // What came after the pin is not its.
        await server.RegisterAsync("leg", server.Write("later.rrd", TestSupport.Recordings.Numbers("later")));
        (await FetchAsync(server, shared)).ShouldBe(StatusCode.PermissionDenied);
    }

    private static async Task<HttpStatusCode> RestAsync(TokenServer server, string name, string token) =>
        (await server.RestAsync("GET", $"/api/v1/datasets/{Uri.EscapeDataString(name)}/segments", token)).Status;

    private static async Task<HttpStatusCode> PinAsync(TokenServer server, params string[] scopes) =>
        (await server.RestAsync("POST", "/api/v1/datasets/leg/pin", server.Token(scopes), """{"name":"v1"}""")).Status;

    private static async Task<StatusCode> ScanAsync(TokenServer server, DatasetId entry, string token) =>
        (await server.CallAsync("ScanSegmentTable", new ScanSegmentTableRequest(), token, entry)).Status;

    /// <summary>Every chunk of the dataset as it is now.</summary>
    private static async Task<StatusCode> FetchAsync(TokenServer server, string token)
    {
        var found = new FoundChunks(FoundChunksShape.OfFindChunks(null));
        await foreach (var layer in server.Ports.ReadModels.Chunks.ReadManyAsync(server.Leg, null, asOf: null, Cancel))
        {
            found.Add(layer.Segment, layer.Layer, layer.Position, ChunkIndexView.Of(layer.Chunks), [0]);
        }

        return (await server.CallAsync("FetchChunks", new FetchChunksRequest { ChunkInfos = { found.Take().ToPart() } }, token)).Status;
    }
}
