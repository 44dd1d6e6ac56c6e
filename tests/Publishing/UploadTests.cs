using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>The way of a file to the server, over a real port.</summary>
public sealed class UploadTests : IAsyncLifetime
{
    private const int SizeBytes = 400_000;

    private readonly TestFolder _folder = new();
    private UploadServer _server = null!;
    private string _file = null!;
    private byte[] _bytes = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Sha256Digest Hash => Sha256Digest.Of(_bytes);

    public async ValueTask InitializeAsync()
    {
        _server = await UploadServer.StartAsync();
        _file = _folder.WriteFile("a.rrd", SizeBytes);
        _bytes = await File.ReadAllBytesAsync(_file, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_there_whole_and_what_is_there_is_not_sent_again()
    {
        await UploadAsync();
        await UploadAsync();

        _server.Whole[Hash.Value].ShouldBe(_bytes);
        _server.Requests.ShouldBe(["HEAD", $"PUT bytes 0-{SizeBytes - 1}/{SizeBytes}", "HEAD"]);
    }

    [Fact]
    public async Task A_broken_upload_goes_on_where_it_ended()
    {
        _server.BreakAfter = 100_000;
        await Should.ThrowAsync<LinkDownException>(UploadAsync());

        await UploadAsync();

        _server.Whole[Hash.Value].ShouldBe(_bytes);
        var last = _server.Requests.Last();
        last.ShouldStartWith("PUT bytes ");
        last.ShouldNotStartWith("PUT bytes 0-");
    }

    [Fact]
    public async Task After_a_409_the_server_is_asked_where_to_go_on()
    {
        var turns = 0;
        _server.Answer = context =>
        {
            if (context.Request.Method != "PUT" || turns++ > 0)
            {
                return false;
            }

            _server.HasPart(Hash.Value, _bytes[..1000]);
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            return true;
        };

        await UploadAsync();

        _server.Whole[Hash.Value].ShouldBe(_bytes);
        _server.Requests.Last().ShouldStartWith("PUT bytes 1000-");
    }

    [Fact]
    public async Task A_server_that_never_agrees_is_not_asked_for_ever()
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Method == "PUT" ? StatusCodes.Status409Conflict : StatusCodes.Status404NotFound;
            return true;
        };

        (await Should.ThrowAsync<LinkDownException>(UploadAsync())).Message.ShouldContain("never agreed");
    }

    [Fact]
    public async Task What_was_appended_to_the_file_since_does_not_go_out()
    {
        using var http = Client();
        var growing = _folder.WriteFile("b.rrd", 1_000);
        await File.AppendAllTextAsync(growing, "more", Token);

        var refused = await Should.ThrowAsync<RecordingRefusedException>(() => http.UploadAsync(growing, Hash, 1_000, _ => { }, Token));

        refused.NeedsPerson.ShouldBeTrue();
        refused.Message.ShouldContain("had 1000 bytes when it was spooled and has 1004 now");
        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_not_what_it_was_is_told_apart_from_one_that_was_hurt_on_the_way()
    {
        var changed = (byte[])_bytes.Clone();
        changed[7] ^= 1;
        await File.WriteAllBytesAsync(_file, changed, Token);

        var refused = await Should.ThrowAsync<RecordingRefusedException>(UploadAsync());

        refused.NeedsPerson.ShouldBeTrue();
        refused.Message.ShouldContain("its bytes changed since");
    }

    [Theory]
    [InlineData(401, false, "token")]
    [InlineData(403, false, "token")]
    [InlineData(413, true, "larger than it takes")]
    [InlineData(422, false, "what arrived is not what was sent")]
    [InlineData(405, false, "takes no uploads")]
    [InlineData(302, false, "HTTP 302")]
    public async Task A_refusal_is_about_this_recording_and_says_what_to_do(int status, bool needsPerson, string words)
    {
        AnswerPut(status);

        var refused = await Should.ThrowAsync<RecordingRefusedException>(UploadAsync());

        refused.NeedsPerson.ShouldBe(needsPerson);
        refused.Message.ShouldContain(words);
        refused.Message.ShouldContain("said the server");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(507)]
    public async Task A_server_without_room_or_time_is_a_closed_way_for_all(int status)
    {
        AnswerPut(status);

        (await Should.ThrowAsync<LinkDownException>(UploadAsync())).Message.ShouldContain("said the server");
    }

    [Fact]
    public async Task No_server_is_a_closed_way()
    {
        var address = _server.Address;
        await _server.DisposeAsync();
        using var http = new HttpUpload(new RobotServer(address, null), new BandwidthLimit(null, TimeProvider.System), TimeProvider.System);

        (await Should.ThrowAsync<LinkDownException>(() => http.IsThereAsync(Hash, SizeBytes, Token))).Message.ShouldContain(address.ToString());
    }

    [Fact]
    public async Task The_token_goes_along()
    {
        string? authorization = null;
        _server.Answer = context =>
        {
            authorization = context.Request.Headers.Authorization;
            return false;
        };
        using var http = new HttpUpload(new RobotServer(_server.Address, "secret"), new BandwidthLimit(null, TimeProvider.System), TimeProvider.System);

        await http.IsThereAsync(Hash, SizeBytes, Token);

        authorization.ShouldBe("Bearer secret");
    }

    [Fact]
    public async Task A_limit_of_bandwidth_is_kept_to_the_byte()
    {
        var time = new ManualTime();
        using var http = new HttpUpload(new RobotServer(_server.Address, null), new BandwidthLimit(40_000, time), time);

        var uploading = http.UploadAsync(_file, Hash, SizeBytes, _ => { }, Token);
        var watch = Stopwatch.GetTimestamp();
        while (!uploading.IsCompleted && Stopwatch.GetElapsedTime(watch) < TimeSpan.FromMinutes(1))
        {
            // Only the pace's own pauses pass; the timer that watches for a dead connection is far longer.
            var next = time.NextDue;
            if (next is { } due && due < TimeSpan.FromSeconds(5))
            {
                time.Pass(due);
            }

            await Task.Yield();
        }

        await uploading;
        time.Passed.ShouldBeInRange(TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(10.2));
    }

    [Fact]
    public async Task A_connection_on_which_nothing_moves_is_given_up()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Answer = context =>
        {
            asked.TrySetResult();
            context.RequestAborted.WaitHandle.WaitOne();
            return true;
        };
        var time = new ManualTime();
        using var http = new HttpUpload(new RobotServer(_server.Address, null), new BandwidthLimit(null, time), time);

        var asking = http.IsThereAsync(Hash, SizeBytes, Token);
        await asked.Task;
        time.Pass(TimeSpan.FromMinutes(2));

        (await Should.ThrowAsync<LinkDownException>(asking)).Message.ShouldContain("nothing moved for 120 s");
    }

    private HttpUpload Client() => new(new RobotServer(_server.Address, null), new BandwidthLimit(null, TimeProvider.System), TimeProvider.System);

    private async Task UploadAsync()
    {
        using var http = Client();
        await http.UploadAsync(_file, Hash, SizeBytes, _ => { }, Token);
    }

    private void AnswerPut(int status) => _server.Answer = context =>
    {
        if (context.Request.Method != "PUT")
        {
            return false;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere";
        context.Response.Body.WriteAsync("said the server"u8.ToArray()).AsTask().Wait(Token);
        return true;
    };
}
