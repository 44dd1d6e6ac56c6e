using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strata.Web.Tests;

/// <summary>Both ends of HTTP use the same two methods: what goes in must come out.</summary>
public sealed class RequestPartsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reading_request_travels_in_path_and_query()
    {
        var request = new ListSegmentsRequest("my robot", "42", ["a/b?c", "d&e=ü"], Where: "mean < 0.1 && id != 'a+b'", Sort: ["-mean", "id"], Limit: 3, Offset: 0);

        var (url, body) = RequestParts.Split(ListSegmentsOperation.Route, request);
        var arrived = await ArriveAsync(ListSegmentsOperation.Route, url, body?.ToJsonString());

        url.ShouldStartWith("/api/v1/datasets/my%20robot/segments?");
        body.ShouldBeNull();
        arrived.ShouldBe(request with { Segments = arrived.Segments, Sort = arrived.Sort });
        arrived.Sort.ShouldBe(request.Sort);
        arrived.Segments.ShouldBe(request.Segments);
    }

    [Fact]
    public async Task A_writing_request_travels_in_path_and_body()
    {
        var request = new RegisterRequest("d", [new("/r/a.rrd", "file:///r/a.rrd")], "base", "replace", Wait: true);

        var (url, body) = RequestParts.Split(RegisterOperation.Route, request);
        var arrived = await ArriveAsync(RegisterOperation.Route, url, body!.ToJsonString());

        url.ShouldBe("/api/v1/datasets/d/recordings");
        arrived.ShouldBe(request with { Sources = arrived.Sources });
        arrived.Sources.ShouldBe(request.Sources);
    }

    [Fact]
    public async Task Members_that_were_left_out_have_their_defaults()
    {
        var arrived = await ArriveAsync(RegisterOperation.Route, "/api/v1/datasets/d/recordings", """{"sources":[]}""");

        (arrived.Layer, arrived.OnDuplicate, arrived.Rules, arrived.Wait).ShouldBe(("base", "known", "howto", false));
    }

    [Theory]
    [InlineData("cell-1/arm-7")]
    [InlineData("cell-1%2Farm-7")]
    [InlineData("/ä %252f+/")]
    public async Task A_name_with_a_slash_arrives_as_it_was_sent_and_one_that_only_looks_so_too(string robot)
    {
        var request = new SendHeartbeatRequest(robot, 5);

        var (url, body) = RequestParts.Split(SendHeartbeatOperation.Route, request);

        (await ArriveAsync(SendHeartbeatOperation.Route, url, body!.ToJsonString())).ShouldBe(request);
    }

    [Fact]
    public async Task A_path_with_dots_does_not_name_another_than_the_server_took_it_for()
    {
        var http = new DefaultHttpContext().Request;
        http.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget = "/api/v1/fleet/a%2Fb/heartbeat/../../arm-8/heartbeat";
        http.RouteValues["robot"] = "a%2Fb";

        (await RequestParts.JoinAsync(SendHeartbeatOperation.Route, http, Token)).Robot.ShouldBe("a%2Fb");
    }

    [Theory]
    [InlineData("/api/v1/datasets/d/why?segment=s&color=red", "'color'")]
    [InlineData("/api/v1/datasets/d/why?segment=s&inputs=perhaps", "inputs=true or false")]
    public async Task An_unknown_or_wrong_parameter_is_refused_by_name(string url, string words)
    {
        var refusal = await Should.ThrowAsync<OperationException>(() => ArriveAsync(WhyOperation.Route, url, body: null));

        refusal.Code.ShouldBe(OperationErrors.Invalid);
        refusal.Message.ShouldContain(words);
    }

    private static Task<TRequest> ArriveAsync<TRequest, TResponse>(OperationRoute<TRequest, TResponse> route, string url, string? body)
    {
        var uri = new Uri("http://localhost" + url);
        var context = new DefaultHttpContext();
        context.Request.Path = PathString.FromUriComponent(uri);
        context.Request.QueryString = QueryString.FromUriComponent(uri);
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = url;
        foreach (var (name, value) in route.Template.Split('/').Zip(context.Request.Path.Value!.Split('/')).Where(part => part.First.StartsWith('{')))
        {
            context.Request.RouteValues[name.Trim('{', '}')] = value;
        }

        if (body is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            context.Request.Body = new MemoryStream(bytes);
            context.Request.ContentLength = bytes.Length;
        }

        return RequestParts.JoinAsync(route, context.Request, Token);
    }
}
