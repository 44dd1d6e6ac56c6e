using System.Net;

namespace Strata.Catalog.Tests.Transport;

/// <summary>Pages of other origins. Source: catalog-protocol §1.7; viewer.md, "CORS trap".</summary>
public sealed class CrossOriginTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://localhost:9090")]
    [InlineData("https://viewer.example.org")]
    public async Task An_allowed_origin_may_ask_with_the_headers_it_names(string origin)
    {
        await using var host = await TransportHost.StartAsync();

        using var preflight = await SendAsync(
            host, HttpMethod.Options, "/strata.probe.Probe/Echo", origin, ("access-control-request-method", "POST"), ("access-control-request-headers", "content-type,x-grpc-web,x-rerun-entry-id"));

        preflight.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Header(preflight, "access-control-allow-origin").ShouldBe(origin);
        Header(preflight, "access-control-allow-credentials").ShouldBe("true");
        Header(preflight, "access-control-allow-methods").ShouldBe("POST");
        Header(preflight, "access-control-allow-headers").ShouldBe("content-type,x-grpc-web,x-rerun-entry-id");
        Header(preflight, "access-control-max-age").ShouldBe("3600");
        Header(preflight, "vary").ShouldBe("Origin");
        preflight.Headers.Contains("access-control-allow-private-network").ShouldBeFalse();
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("STRATA.example.org", true)]
    [InlineData("evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    public async Task A_page_under_a_name_that_leads_here_and_is_not_of_this_machine_may_do_nothing(string name, bool isAllowed)
    {
        await using var host = await TransportHost.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Url, "/work"));
        request.Headers.Host = $"{name}:{host.Url.Port}";
        request.Headers.Add("origin", $"http://{name}:{host.Url.Port}");

        using var answer = await http.SendAsync(request, Token);

        answer.StatusCode.ShouldBe(isAllowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldContain(isAllowed ? "worked" : "Strata:Hosts");
    }

    [Fact]
    public async Task An_allowed_origin_sees_the_status_of_a_call()
    {
        await using var host = await TransportHost.StartAsync();

        using var answer = await SendAsync(host, HttpMethod.Get, "/plain", "http://localhost:9090");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Header(answer, "access-control-expose-headers").ShouldBe("grpc-status,grpc-message,grpc-status-details-bin,x-request-trace-id,x-probe");
        Header(answer, "access-control-allow-origin").ShouldBe("http://localhost:9090");
        Header(answer, "vary").ShouldBe("Origin");
    }

    [Fact]
    public async Task A_public_page_may_ask_for_the_private_network()
    {
        await using var host = await TransportHost.StartAsync();

        using var preflight = await SendAsync(
            host, HttpMethod.Options, "/plain", "https://viewer.example.org", ("access-control-request-method", "GET"), ("access-control-request-private-network", "true"));

        Header(preflight, "access-control-allow-private-network").ShouldBe("true");
    }

    [Theory]
    [InlineData("http://evil.example.com")]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:1.evil.example.com/")]
    [InlineData("http://localhost:9090/path")]
    [InlineData("localhost:9090")]
    [InlineData("null")]
    [InlineData("https://example.org")]
    [InlineData("https://aXexampleXorg")]
    public async Task Another_origin_may_do_nothing_at_all(string origin)
    {
        await using var host = await TransportHost.StartAsync();

        using var form = await SendAsync(host, HttpMethod.Post, "/work", origin);
        using var preflight = await SendAsync(host, HttpMethod.Options, "/plain", origin, ("access-control-request-method", "GET"));

        form.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await form.Content.ReadAsStringAsync(Token)).ShouldBe($"origin '{origin}' is not allowed here; the server's configuration (Strata:Cors:Origins) says which ones are\n");
        preflight.Headers.Contains("access-control-allow-origin").ShouldBeFalse();
    }

    [Fact]
    public async Task A_page_of_the_server_itself_needs_no_permission()
    {
        await using var host = await TransportHost.StartAsync();

        using var answer = await SendAsync(host, HttpMethod.Post, "/work", $"http://{host.Url.Authority}");

        (await answer.Content.ReadAsStringAsync(Token)).ShouldBe("worked");
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static async Task<HttpResponseMessage> SendAsync(TransportHost host, HttpMethod method, string path, string origin, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(host.Url, path));
        foreach (var (name, value) in headers.Prepend(("origin", origin)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, Token);
    }
}
