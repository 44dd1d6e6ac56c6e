using System.Net;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.Catalog.Tests.Access;

/// <summary>A right is to a name. What a dataset was called once opens nothing of what it is today.</summary>
public sealed class FormerNameTests
{
    [Theory]
    [InlineData("/api/v1/datasets/leg/history")]
    [InlineData("/api/v1/datasets/leg/segments?as_of={0}")]
    [InlineData("/api/v1/datasets/leg/manifest?as_of={0}")]
    public async Task A_token_for_the_name_that_a_dataset_had_does_not_open_its_past(string path)
    {
        await using var server = await TokenServer.StartAsync();
        var named = await server.Ports.Store.HeadAsync(TestContext.Current.CancellationToken);
        var asked = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, named);
        await RenameAsync(server, "secret");

        (await server.RestAsync("GET", asked, server.Token(TokenServer.OfScope(AccessScope.Read, "leg")))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await server.RestAsync("GET", asked, server.Token(TokenServer.OfScope(AccessScope.Read, "leg"), TokenServer.OfScope(AccessScope.Read, "secret")))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Neither_the_new_name_nor_those_of_others_are_told_to_a_token_that_may_not_read_them()
    {
        await using var server = await TokenServer.StartAsync();
        await RenameAsync(server, "secret");

        var gone = await server.RestAsync("GET", "/api/v1/datasets/leg/segments", server.Token(TokenServer.OfScope(AccessScope.Read, "leg")));
        var never = await server.RestAsync("GET", "/api/v1/datasets/none/segments", server.Token(TokenServer.OfScope(AccessScope.Read, "none")));

        gone.Status.ShouldBe(HttpStatusCode.NotFound);
        gone.Body.ShouldContain("is not called so any more");
        gone.Body.ShouldNotContain("secret");
        never.Status.ShouldBe(HttpStatusCode.NotFound);
        never.Body.ShouldNotContain("arm");
        (await server.RestAsync("GET", "/api/v1/datasets/leg/segments", server.Token(TokenServer.OfScope(AccessScope.Read)))).Body.ShouldContain("secret");
    }

    [Fact]
    public async Task A_dataset_is_renamed_only_to_a_name_that_the_token_may_register_under()
    {
        await using var server = await TokenServer.StartAsync();

        (await server.RestAsync("POST", "/api/v1/datasets/leg/rename", server.Token(TokenServer.OfScope(AccessScope.Admin, "leg")), """{"name":"theirs"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await server.RestAsync("POST", "/api/v1/datasets/leg/rename", server.Token(TokenServer.OfScope(AccessScope.Admin, "leg"), TokenServer.OfScope(AccessScope.Register, "theirs")), """{"name":"theirs"}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task RenameAsync(TokenServer server, string name)
    {
        var outcome = await server.Ports.Registrar.RenameDatasetAsync(new RenameDataset(server.Leg, name, new EventSource("cli", "ada")), TestContext.Current.CancellationToken);
        await server.Ports.ReadModels.WaitForAsync(outcome.Position, TestContext.Current.CancellationToken);
    }
}
