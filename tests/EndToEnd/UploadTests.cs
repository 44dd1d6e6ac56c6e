using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>Uploads over HTTP to <c>strata serve</c>, as publishers make them.</summary>
public sealed class UploadTests : IDisposable
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 31 + (i >> 9)))];

    private static readonly Sha256Digest Hash = Sha256Digest.Of(Bytes);

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-uploads-").FullName;

    private readonly HttpClient _http = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder, "data");

    private string Whole => Path.Combine(Data, "recordings", Hash.Value[..2], $"{Hash}.rrd");

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_file_is_new_then_known_and_its_receipt_is_its_hash(int httpVersion)
    {
        await using var server = await StrataServerProcess.StartAsync(Data);

        var first = await PutAsync(server, Bytes, httpVersion: httpVersion);
        var second = await PutAsync(server, Bytes, httpVersion: httpVersion);

        (first.Status, first.Body).ShouldBe((HttpStatusCode.Created, $$"""{"sha256":"{{Hash}}","sizeBytes":3000000,"stored":"new"}"""));
        (second.Status, second.Body).ShouldBe((HttpStatusCode.OK, $$"""{"sha256":"{{Hash}}","sizeBytes":3000000,"stored":"known"}"""));
        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(Bytes);
        using var head = await HeadAsync(server);
        (head.StatusCode, head.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, 3_000_000));
    }

    [Fact]
    public async Task Who_asks_before_sending_is_answered_without_sending_what_is_known_or_too_large()
    {
        await using var server = await StrataServerProcess.StartAsync(Data, new Dictionary<string, string> { ["Strata__Uploads__MaxBytes"] = "3000000" });
        await PutAsync(server, Bytes);

        (await AskAsync(server, Hash, Bytes.Length)).ShouldStartWith("HTTP/1.1 200 ");
        (await AskAsync(server, Sha256Digest.Of([1]), 3_000_001)).ShouldStartWith("HTTP/1.1 413 ");
        (await AskAsync(server, Sha256Digest.Of([1]), 1)).ShouldStartWith("HTTP/1.1 100 ");
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_also_when_its_length_is_not_announced()
    {
        await using var server = await StrataServerProcess.StartAsync(Data, new Dictionary<string, string> { ["Strata__Uploads__MaxBytes"] = "2999999" });

        var refused = await PutAsync(server, Bytes, isChunked: true);

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.RequestEntityTooLarge, "too_large"));
        refused.Body.ShouldContain("Strata__Uploads__MaxBytes");
        Received().ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_bytes_are_refused_with_what_was_expected_and_found()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);

        var refused = await PutAsync(server, Bytes[1..]);

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "other_bytes"));
        refused.Body.ShouldContain($"expected bytes with the SHA-256 {Hash}, found {Sha256Digest.Of(Bytes.AsSpan(1))}");
        Received().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_whose_server_is_killed_in_the_middle_goes_on_where_it_was()
    {
        const int Sent = 1_200_000;
        await using (var killed = await StrataServerProcess.StartAsync(Data))
        {
            using var connection = await SendAsync(killed, $"PUT /recordings/{Hash} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Bytes.Length}\r\n\r\n", Bytes.AsMemory(0, Sent));
            await UntilAsync(killed, Sent);
            await killed.KillAsync();
        }

        await using var server = await StrataServerProcess.StartAsync(Data);
        File.Exists(Whole).ShouldBeFalse("what is not whole is seen by nobody");
        using var head = await HeadAsync(server);
        (head.StatusCode, OffsetOf(head)).ShouldBe((HttpStatusCode.NotFound, Sent));

        var rest = await PutAsync(server, Bytes[Sent..], new ContentRangeHeaderValue(Sent, Bytes.Length - 1, Bytes.Length));

        rest.Status.ShouldBe(HttpStatusCode.Created);
        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(Bytes);
        Received().ShouldBe([Whole]);
    }

    /// <summary>All that lies in the place of recordings, besides its id.</summary>
    private IEnumerable<string> Received() => Directory.EnumerateFiles(Path.Combine(Data, "recordings"), "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "store.id");

    [Fact]
    public async Task A_publisher_whose_connection_broke_goes_on_over_another_one()
    {
        const int Sent = 700_000;
        await using var server = await StrataServerProcess.StartAsync(Data);
        using (await SendAsync(server, $"PUT /recordings/{Hash} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Bytes.Length}\r\n\r\n", Bytes.AsMemory(0, Sent)))
        {
            await UntilAsync(server, Sent);
        }

        (await PutAsync(server, Bytes[Sent..], new ContentRangeHeaderValue(Sent, Bytes.Length - 1, Bytes.Length))).Status.ShouldBe(HttpStatusCode.Created);

        (await File.ReadAllBytesAsync(Whole, Token)).ShouldBe(Bytes);
    }

    [Fact]
    public async Task Parts_are_answered_with_how_far_the_file_is_and_a_gap_with_where_to_go_on()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);

        var part = await PutAsync(server, Bytes[..1000], new ContentRangeHeaderValue(0, 999, Bytes.Length));
        var gap = await PutAsync(server, Bytes[2000..3000], new ContentRangeHeaderValue(2000, 2999, Bytes.Length));

        (part.Status, part.Offset, part.Body).ShouldBe((HttpStatusCode.Accepted, 1000, $$"""{"sha256":"{{Hash}}","sizeBytes":1000,"stored":"partial"}"""));
        (gap.Status, gap.Offset, gap.Code).ShouldBe((HttpStatusCode.Conflict, 1000, "gap"));
    }

    [Theory]
    [InlineData("XYZ", null)]
    [InlineData("ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789", null)]
    [InlineData(null, "bytes 0-9/*")]
    [InlineData(null, "bytes */10")]
    [InlineData(null, "items 0-9/10")]
    [InlineData(null, "bytes 0-8/10")]
    [InlineData(null, "nonsense")]
    public async Task What_is_no_hash_or_no_range_is_refused_in_words(string? hash, string? range)
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(server.Url, $"/recordings/{hash ?? Hash.Value}")) { Content = new ByteArrayContent(new byte[10]) };
        if (range is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Range", range);
        }

        using var answer = await _http.SendAsync(request, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token)).GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("expected");
    }

    private sealed record Answer(HttpStatusCode Status, string Body, long? Offset)
    {
        public string? Code => JsonElement.Parse(Body).GetProperty("code").GetString();
    }

    private async Task<Answer> PutAsync(StrataServerProcess server, byte[] content, ContentRangeHeaderValue? range = null, bool isChunked = false, int httpVersion = 1)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(server.Url, $"/recordings/{Hash}"))
        {
            Content = isChunked ? new StreamContent(new Unsized(content)) : new ByteArrayContent(content),
            Version = new(httpVersion, httpVersion == 1 ? 1 : 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.ContentRange = range;
        request.Headers.ExpectContinue = true;
        using var answer = await _http.SendAsync(request, Token);
        return new(answer.StatusCode, await answer.Content.ReadAsStringAsync(Token), answer.Headers.Contains("Upload-Offset") ? OffsetOf(answer) : null);
    }

    private async Task<HttpResponseMessage> HeadAsync(StrataServerProcess server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(server.Url, $"/recordings/{Hash}"));
        return await _http.SendAsync(request, Token);
    }

    private static long OffsetOf(HttpResponseMessage answer) => long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);

    /// <summary>Until the server has so much of the file on its disk.</summary>
    private async Task UntilAsync(StrataServerProcess server, long offset)
    {
        while (true)
        {
            using var head = await HeadAsync(server);
            if (OffsetOf(head) == offset)
            {
                return;
            }

            await Task.Delay(10, Token);
        }
    }

    private static async Task<TcpClient> SendAsync(StrataServerProcess server, string head, ReadOnlyMemory<byte> body)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, server.Url.Port, Token);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Token);
        await connection.GetStream().WriteAsync(body, Token);
        return connection;
    }

    /// <returns>What comes back on the head of a request alone.</returns>
    private static async Task<string> AskAsync(StrataServerProcess server, Sha256Digest hash, long length)
    {
        using var connection = await SendAsync(server, $"PUT /recordings/{hash} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n", default);
        using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
        return await reader.ReadLineAsync(Token) ?? "";
    }

    /// <summary>Tells nobody how long it is.</summary>
    private sealed class Unsized(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
