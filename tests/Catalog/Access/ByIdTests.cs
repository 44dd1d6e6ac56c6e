using System.Net;
using System.Text.Json;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Access;

/// <summary>A right is to a name. Who says a dataset's id instead gets in with the same right, and learns nothing of others'.</summary>
public sealed class ByIdTests
{
    private const string Asked = """{"segment":"run","reason":"asked for it"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_segment_is_purged_by_the_id_of_its_dataset_with_the_right_to_its_name_only()
    {
        await using var server = await TokenServer.StartAsync();
        var path = $"/api/v1/datasets/{server.Leg}/purge";
        var before = await server.Ports.Store.HeadAsync(Token);

        foreach (var scope in new[] { TokenServer.OfScope(AccessScope.Admin, "arm"), TokenServer.OfScope(AccessScope.Register, "leg"), TokenServer.OfScope(AccessScope.Admin, server.Arm.Value) })
        {
            var (status, body) = await server.RestAsync("POST", path, server.Token(scope), Asked);
            status.ShouldBe(HttpStatusCode.Forbidden, scope);
            JsonElement.Parse(body).GetProperty("message").GetString()!.Split(", and the token")[0].ShouldNotContain("leg", Case.Sensitive, "an id does not tell the name");
        }

        (await server.Ports.Store.HeadAsync(Token)).ShouldBe(before);
        (await server.RestAsync("POST", path, server.Token(TokenServer.OfScope(AccessScope.Admin, "leg")), Asked)).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Ports.Store.HeadAsync(Token)).ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task Of_a_deleted_dataset_it_is_the_right_to_the_name_that_it_had_last()
    {
        await using var server = await TokenServer.StartAsync();
        await server.Ports.Registrar.RenameDatasetAsync(new(server.Leg, "knee", new("cli", "ada")), Token);
        var deleted = await server.Ports.Registrar.DeleteDatasetAsync(new(server.Leg, new("cli", "ada")), Token);
        await server.Ports.ReadModels.WaitForAsync(deleted.DeletedAt, Token);

        (await server.RestAsync("POST", $"/api/v1/datasets/{server.Leg}/purge", server.Token(TokenServer.OfScope(AccessScope.Admin, "leg")), Asked)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await server.RestAsync("GET", $"/api/v1/datasets/{server.Leg}/history", server.Token(TokenServer.OfScope(AccessScope.Read, "leg")))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await server.RestAsync("GET", $"/api/v1/datasets/{server.Leg}/history", server.Token(TokenServer.OfScope(AccessScope.Read, "knee")))).Status.ShouldBe(HttpStatusCode.OK);
        (await server.RestAsync("POST", $"/api/v1/datasets/{server.Leg}/purge", server.Token(TokenServer.OfScope(AccessScope.Admin, "knee")), Asked)).Status.ShouldBe(HttpStatusCode.OK);
    }
}
