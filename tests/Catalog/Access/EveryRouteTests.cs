using System.Net;
using System.Text.Json;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Access;

/// <summary>Every route of the port that is no RPC, also one that is added tomorrow: none is open to a token that does not allow it. What is listed here is listed on purpose.</summary>
public sealed class EveryRouteTests
{
    private const string Datasets = "/api/v1/datasets";
    private const string Quarantine = "/api/v1/quarantine";

    private const string Heartbeat = "POST /api/v1/fleet/{robot}/heartbeat";

    private static readonly string[] Anonymous = ["/alive", "/health", "/version"];

    /// <summary>Who comes there shows no token: the ticket in the path, which an RPC made for them, is all that lets them in.</summary>
    private const string Staging = "/upload/{ticket}";

    private const string Uploads = "/recordings/{sha256}";

    /// <summary>Shown to whoever has a token: it tells what can be asked, and nothing of what there is.</summary>
    private const string Listing = "/";

    /// <summary>Routes that change something and need less than everything. A GET needs to read.</summary>
    private static readonly string[] Registering =
    [
        $"POST {Datasets}", $"POST {Datasets}/{{dataset}}/recordings", $"POST {Datasets}/{{dataset}}/unregister", $"POST {Datasets}/{{dataset}}/pin", $"POST {Datasets}/{{dataset}}/tags", $"POST {Quarantine}/{{id}}/release", $"POST {Quarantine}/{{id}}/discard",
        Heartbeat,
        "POST /api/v1/recordings",
        $"PUT {Uploads}", $"HEAD {Uploads}",
    ];

    /// <summary>What they answer to whoever may do everything with another dataset only: they show only what may be read.</summary>
    private static readonly Dictionary<string, HttpStatusCode> ShowsSome = new()
    {
        [$"GET {Datasets}"] = HttpStatusCode.OK,
        [$"GET {Quarantine}"] = HttpStatusCode.OK,
        [$"GET {Quarantine}/{{id}}"] = HttpStatusCode.NotFound,
        [$"POST {Quarantine}/{{id}}/release"] = HttpStatusCode.NotFound,
        [$"POST {Quarantine}/{{id}}/discard"] = HttpStatusCode.NotFound,

        ["GET /api/v1/backfills"] = HttpStatusCode.OK,
        ["GET /api/v1/backfills/{id}"] = HttpStatusCode.NotFound,
        ["POST /api/v1/backfills/{id}/{step}"] = HttpStatusCode.NotFound,

        // Of no dataset: whoever may register in any speaks for itself.
        [Heartbeat] = HttpStatusCode.OK,
        // The bytes of a file are of no dataset before they are registered into one.
        [$"PUT {Uploads}"] = HttpStatusCode.UnprocessableEntity,
        [$"HEAD {Uploads}"] = HttpStatusCode.NotFound,
    };

    /// <summary>They are of no one dataset: a token for one does not let in.</summary>
    private static readonly string[] OfAllDatasets = 
    [
        "POST /api/v1/rebuild", "POST /api/v1/gc", "POST /api/v1/rules/apply", "GET /api/v1/usage", "GET /api/v1/log/export", "GET /api/v1/log/events", "GET /api/v1/projections", "POST /api/v1/projections/resume", "POST /api/v1/projections/drop-old", "GET /api/v1/purges/unfinished", "GET /api/v1/webhooks", "GET /api/v1/derivers", "GET /api/v1/fleet",
        "GET /metrics",
    ];

    /// <summary>Asked last: after them the dataset is not there.</summary>
    private static readonly string[] TakesAway = [$"{Datasets}/{{dataset}}/rename", $"{Datasets}/{{dataset}}/delete"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_tells_nothing_of_the_catalog_is_open_without_a_token()
    {
        await using var server = await TokenServer.StartAsync();

        (await AnswersAsync(server, _ => true, token: null)).ShouldAllBe(a => a.Status == HttpStatusCode.Unauthorized);
        foreach (var path in Anonymous)
        {
            (await server.RestAsync("GET", path, token: null)).Status.ShouldNotBe(HttpStatusCode.Unauthorized);
        }

        (await server.RestAsync("PUT", Staging, token: null)).Status.ShouldBe(HttpStatusCode.Forbidden, "without a ticket that was issued here");
    }

    [Fact]
    public async Task No_route_is_open_to_a_token_without_a_right()
    {
        await using var server = await TokenServer.StartAsync();

        (await AnswersAsync(server, _ => true, server.Token("later:everything"))).ShouldAllBe(a => IsRefused(a));
    }

    [Fact]
    public async Task No_route_that_changes_something_is_open_to_a_reader()
    {
        await using var server = await TokenServer.StartAsync();

        (await AnswersAsync(server, r => !IsReading(r), server.Token(TokenServer.OfScope(AccessScope.Read)))).ShouldAllBe(a => IsRefused(a));
    }

    [Fact]
    public async Task No_route_that_administers_is_open_to_a_registrar()
    {
        await using var server = await TokenServer.StartAsync();

        (await AnswersAsync(server, r => !IsReading(r) && !Registering.Contains(r), server.Token(TokenServer.OfScope(AccessScope.Register)))).ShouldAllBe(a => IsRefused(a));
    }

    [Fact]
    public async Task No_route_is_open_to_a_token_for_another_dataset_and_lists_show_only_what_may_be_read()
    {
        await using var server = await TokenServer.StartAsync();
        await server.RegisterAsync("leg", server.Write("leg.rrd", "no recording"u8.ToArray()));
        await server.RegisterAsync("arm", server.Write("arm.rrd", "none either"u8.ToArray()));
        var before = await server.Ports.Store.HeadAsync(Token);

        var answers = await AnswersAsync(server, _ => true, server.Token(TokenServer.OfScope(AccessScope.Admin, "arm")));

        answers.ShouldAllBe(a => a.Status == ShowsSome.GetValueOrDefault(a.Route, HttpStatusCode.Forbidden));
        (await server.Ports.Store.HeadAsync(Token)).ShouldBe(before, "who is refused changes nothing");
        Values(answers, $"GET {Datasets}", "datasets", "name").ShouldBe(["arm"]);
        Values(answers, $"GET {Quarantine}", "recordings", "dataset").ShouldBe(["arm"]);
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Forbidden || !a.Body.Contains("leg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_requests_are_let_in_with_a_token_for_the_dataset()
    {
        await using var server = await TokenServer.StartAsync();
        await server.RegisterAsync("leg", server.Write("leg.rrd", "no recording"u8.ToArray()));

        var answers = await AnswersAsync(
            server, r => !OfAllDatasets.Contains(r), server.Token(TokenServer.OfScope(AccessScope.Admin, "leg"), TokenServer.OfScope(AccessScope.Register, "leg 2")));

        answers.ShouldAllBe(a => a.Status != HttpStatusCode.Forbidden && a.Status != HttpStatusCode.Unauthorized);
    }

    private sealed record Answer(string Route, HttpStatusCode Status, string Body);

    private static bool IsReading(string route) => route.StartsWith("GET ", StringComparison.Ordinal);

    /// <summary>An answer to HEAD has no body that could say it.</summary>
    private static bool IsRefused(Answer answer) =>
        answer.Status == HttpStatusCode.Forbidden && (answer.Route.StartsWith("HEAD ", StringComparison.Ordinal) || JsonElement.Parse(answer.Body).GetProperty("code").GetString() == "permission_denied");

    private static IEnumerable<string?> Values(IEnumerable<Answer> answers, string route, string list, string member) =>
        JsonElement.Parse(answers.Single(a => a.Route == route).Body).GetProperty(list).EnumerateArray().Select(e => e.GetProperty(member).GetString());

    /// <summary>To each the members that it knows: the last ones are a robot's message.</summary>
    private const string Request = $$"""
        {"name":"leg 2","rule":"r","segment":"s","sources":[],"sent_at_ns":1,
        "messageId":"1","robot":"{{TokenServer.Subject}}","dataset":"leg","layer":"base","upload":"0000000000000000000000000000000000000000000000000000000000000000"}
        """;

    /// <summary>Of a request about the dataset <c>leg</c>, or the recording in its quarantine, to each.</summary>
    private static async Task<IReadOnlyList<Answer>> AnswersAsync(TokenServer server, Func<string, bool> wanted, string? token)
    {
        await server.Ports.ReadModels.Quarantine.WaitForAsync(await server.Ports.Store.HeadAsync(Token), Token);
        var quarantined = await server.Ports.ReadModels.Quarantine.ReadAsync(server.Leg, Token) is [var first, ..] ? first.QuarantineId.Value : "0";
        var answers = new List<Answer>();
        foreach (var (method, template) in server.Endpoints.Where(e => e.Metadata.GetMetadata<GrpcMethodMetadata>() is null).SelectMany(RoutesOf).OrderBy(r => TakesAway.Contains(r.Template)))
        {
            if (Anonymous.Contains(template) || template is Listing or Staging || !wanted($"{method} {template}"))
            {
                continue;
            }

            var path = template.Replace("{dataset}", "leg", StringComparison.Ordinal).Replace("{id}", quarantined, StringComparison.Ordinal)
                .Replace("{robot}", TokenServer.Subject, StringComparison.Ordinal).Replace("{sha256}", new string('0', 64), StringComparison.Ordinal)
                .Replace("{rule}", "r", StringComparison.Ordinal).Replace("{segment}", "segment", StringComparison.Ordinal).Replace("{step}", "pause", StringComparison.Ordinal).Replace("{layer}", "base", StringComparison.Ordinal);
            path.ShouldNotContain("{", Case.Sensitive, "a placeholder that this test does not know");
            var (status, body) = await server.RestAsync(method, path, token, Request);
            answers.Add(new($"{method} {template}", status, body));
        }

        answers.ShouldNotBeEmpty();
        return answers;
    }

    private static IEnumerable<(string Method, string Template)> RoutesOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => (m, endpoint.RoutePattern.RawText!));
}
