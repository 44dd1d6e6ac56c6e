using Microsoft.AspNetCore.Http;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>What the server says to a robot's message over HTTP, and what that means for the recording and for the others.</summary>
public sealed class HttpLinkTests : IAsyncLifetime
{
    private const string Robot = "arm 7";

    private static readonly RecordingPublished Message = new("1", Robot, "arms", "base", null, "file:///a.rrd", null, null, null, null, null);

    private UploadServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await UploadServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_answer_comes_with_the_request_and_the_token_goes_out_with_it()
    {
        string? authorization = null;
        _server.Answer = context =>
        {
            authorization = context.Request.Headers.Authorization;
            return false;
        };
        await using var link = new HttpLink(new RobotServer(_server.Address, "secret"), Robot, TimeProvider.System);

        (await link.PublishAsync(Message, Token)).ShouldBe(new RecordingAnswered("1", Robot, "arms", "base", RecordingOutcomes.Accepted, "episode", 7, null, null));

        authorization.ShouldBe("Bearer secret");
    }

    [Fact]
    public async Task A_heartbeat_is_posted_to_the_robots_own_address_in_rests_words()
    {
        await using var link = Link();
        (await link.ConnectAsync(Token)).ShouldBeTrue("so that the fleet hears of it at once");
        (await link.ConnectAsync(Token)).ShouldBeFalse();

        await link.BeatAsync(new RobotHeartbeat(Robot, 1, 2, 3, 4, "0.6.0"), Token);

        var (robot, body) = _server.Heartbeats.ShouldHaveSingleItem();
        robot.ShouldBe(Robot);
        (body.GetProperty("sent_at_ns").GetInt64(), body.GetProperty("spooled").GetInt64(), body.GetProperty("spooled_bytes").GetInt64(), body.GetProperty("oldest_spooled_at_ns").GetInt64(), body.GetProperty("version").GetString())
            .ShouldBe((1, 2, 3, 4, "0.6.0"));
    }

    [Theory]
    [InlineData(401, """{"code":"unauthenticated","message":"no token"}""", "does not take this robot's token")]
    [InlineData(403, """{"code":"permission_denied","message":"a robot may publish only as itself","next":"make one"}""", "(HTTP 403): a robot may publish only as itself. Next: make one")]
    [InlineData(413, """{"message":7}""", "expected the message to be taken, found HTTP 413")]
    public async Task What_is_about_one_message_holds_back_that_one(int status, string body, string words)
    {
        Says(status, body);
        await using var link = Link();

        var refused = await Should.ThrowAsync<RecordingRefusedException>(() => link.PublishAsync(Message, Token));

        refused.Message.ShouldContain(words);
        refused.NeedsPerson.ShouldBe(status == 413);
    }

    [Theory]
    [InlineData(503, """{"code":"storage_refused","message":"the disk is full"}""", "cannot take it now (HTTP 503): the disk is full")]
    [InlineData(502, "<html>proxy</html>", "cannot take it now (HTTP 502): <html>proxy</html>")]
    [InlineData(404, "", "takes no messages of robots")]
    [InlineData(200, "{}", "expected a robot's answer")]
    public async Task What_is_about_the_server_holds_back_all_of_them(int status, string body, string words)
    {
        Says(status, body);
        await using var link = Link();

        (await Should.ThrowAsync<LinkDownException>(() => link.PublishAsync(Message, Token))).Message.ShouldContain(words);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        await using var link = new HttpLink(new RobotServer(new Uri("http://127.0.0.1:1/"), null), Robot, TimeProvider.System);

        (await Should.ThrowAsync<LinkDownException>(() => link.PublishAsync(Message, Token))).Message.ShouldStartWith("http://127.0.0.1:1/: ");
        await Should.ThrowAsync<LinkDownException>(() => link.BeatAsync(new RobotHeartbeat(Robot, 1, 0, 0, null, null), Token));
    }

    private HttpLink Link() => new(new RobotServer(_server.Address, null), Robot, TimeProvider.System);

    private void Says(int status, string body) => _server.Answer = context =>
    {
        context.Response.StatusCode = status;
        context.Response.WriteAsync(body, Token).Wait(Token);
        return true;
    };
}
