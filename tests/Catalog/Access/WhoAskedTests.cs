using System.Net;
using System.Text.Json;
using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Catalog.Tests.Access;

/// <summary>Whom the log names for what was asked with a token: its subject, never the user of the server.</summary>
public sealed class WhoAskedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "rest")]
    [InlineData("curl", "rest")]
    [InlineData(Asker.CommandAgent, "cli")]
    public async Task What_changes_over_rest_is_of_the_tokens_subject(string? userAgent, string kind)
    {
        await using var server = await TokenServer.StartAsync();
        var admin = server.Token(TokenServer.OfScope(AccessScope.Admin));
        var whole = server.Write("whole.rrd", TestSupport.Recordings.Scalars("whole"));
        var broken = server.Write("broken.rrd", "no recording"u8.ToArray());
        var before = await server.Ports.Store.HeadAsync(Token);

        await DoneAsync("/api/v1/datasets", """{"name":"hand"}""");
        await DoneAsync("/api/v1/datasets/arm/recordings", JsonSerializer.Serialize(new { sources = new[] { new { path = whole, url = "file:///whole.rrd" }, new { path = broken, url = "file:///broken.rrd" } } }));
        await server.Ports.ReadModels.Quarantine.WaitForAsync(await server.Ports.Store.HeadAsync(Token), Token);
        var quarantined = (await server.Ports.ReadModels.Quarantine.ReadAsync(server.Arm, Token))[0].QuarantineId.Value;
        await DoneAsync($"/api/v1/quarantine/{quarantined}/discard", "{}");
        await DoneAsync("/api/v1/datasets/arm/unregister", """{"segments":["whole"]}""");
        await DoneAsync("/api/v1/datasets/arm/rename", """{"name":"wrist"}""");
        await DoneAsync("/api/v1/datasets/wrist/delete", "{}");

        var sources = (await server.Ports.Store.ReadAsync(before, int.MaxValue, Token)).Events.Select(e => (e.Type, Source: SourceOf(e.Event))).Where(e => e.Source is not null).ToList();
        sources.Select(s => s.Type).Distinct().Order(StringComparer.Ordinal).ShouldBe(
            ["dataset_created", "dataset_deleted", "dataset_renamed", "layer_registered", "layer_unregistered", "recording_discarded", "recording_quarantined"]);
        sources.ShouldAllBe(s => s.Source == new EventSource(kind, TokenServer.Subject));

        async Task DoneAsync(string path, string body)
        {
            var (status, answer) = await server.RestAsync("POST", path, admin, body, userAgent);
            status.ShouldBe(HttpStatusCode.OK, answer);
        }
    }

    [Fact]
    public async Task What_is_registered_over_an_rpc_is_of_the_tokens_subject()
    {
        await using var server = await TokenServer.StartAsync();
        var token = server.Token(TokenServer.OfScope(AccessScope.Register, "arm"));
        var path = server.Write("whole.rrd", TestSupport.Recordings.Scalars("whole"));
        var before = await server.Ports.Store.HeadAsync(Token);

        var request = new RegisterWithDatasetRequest { DataSources = { new DataSource { StorageUrl = new Uri(path).AbsoluteUri, Typ = DataSourceKind.Rrd } } };
        (await server.CallAsync("RegisterWithDataset", request, token, server.Arm)).Status.ShouldBe(StatusCode.OK);
        (await server.CallAsync("UnregisterFromDataset", new UnregisterFromDatasetRequest { LayersToDrop = { "base" } }, token, server.Arm)).Status.ShouldBe(StatusCode.OK);

        var sources = (await server.Ports.Store.ReadAsync(before, int.MaxValue, Token)).Events.Select(e => (e.Type, SourceOf(e.Event)));
        sources.ShouldBe([("layer_registered", new EventSource("sdk", TokenServer.Subject)), ("layer_unregistered", new EventSource("sdk", TokenServer.Subject))]);
    }

    [Fact]
    public void Without_a_token_rest_names_nobody_and_a_command_its_user()
    {
        Asker.OverHttp(CallerAccess.Unrestricted, "curl/8", "x").Source.ShouldBe(new EventSource("rest", null));
        Asker.OverHttp(CallerAccess.Unrestricted, $"{Asker.CommandAgent}/1.2.3", "x").Source.ShouldBe(new EventSource("cli", Environment.UserName));
        Asker.Here.Source.ShouldBe(new EventSource("cli", Environment.UserName));
    }

    private static EventSource? SourceOf(StrataEvent @event) => @event.GetType().GetProperty("Source")?.GetValue(@event) as EventSource;
}
