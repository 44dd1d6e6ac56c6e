using Strata.Catalog.Tests.Http2;

namespace Strata.Catalog.Tests.Transport;

/// <summary>gRPC's frames in HTTP/2's, cut as a network may cut them and broken as a hostile client may break them. Source: catalog-protocol §1.4.</summary>
public sealed class FramingTests
{
    private const string Echo = "/strata.probe.Probe/Echo";
    private const string Collect = "/strata.probe.Probe/Collect";

    private const string TooLong = "expected gRPC frames (flag 0, length, message), found a length above 2147483647";

    private static readonly byte[] Hello = GrpcFrames.Encode(new Text { Value = "hello" });

    [Fact]
    public async Task A_message_may_be_cut_at_any_byte()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);

        var stream = -1;
        for (var cut = 0; cut <= Hello.Length; cut++)
        {
            stream += 2;
            await client.BeginCallAsync(stream, Echo);
            await client.SendDataAsync(stream, Hello.AsSpan(..cut), end: false);
            await client.SendDataAsync(stream, Hello.AsSpan(cut..), end: true);
            var answer = await client.ReadAnswerAsync(stream);

            answer.Status.ShouldBe("0", $"cut at {cut}: {answer.Message}");
            answer.Body.ShouldBe(Hello);
            answer.TrailersOnly.ShouldBeFalse();
            answer.Headers.ShouldNotContainKey("grpc-status", "a good status in the headers makes clients drop the body");
        }
    }

    [Fact]
    public async Task Every_frame_of_http_may_come_byte_by_byte()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);

        byte[] call = [.. FrameClient.EncodeCallHeaders(1, Echo), .. FrameClient.Encode(FrameKind.Data, FrameFlags.EndStream, 1, Hello)];
        foreach (var each in call)
        {
            await client.SendBytesAsync(new[] { each });
        }

        (await client.ReadAnswerAsync(1)).Body.ShouldBe(Hello);
    }

    [Fact]
    public async Task Messages_of_a_request_stream_may_share_a_frame_and_be_cut_in_two()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        byte[] all = [.. GrpcFrames.Encode(new Text { Value = "a" }), .. GrpcFrames.Encode(new Text { Value = "b" }), .. GrpcFrames.Encode(new Text { Value = "c" })];

        await client.BeginCallAsync(1, Collect);
        await client.SendDataAsync(1, all.AsSpan(..11), end: false);
        await client.SendDataAsync(1, all.AsSpan(11..), end: true);

        Text.Parser.ParseFrom(GrpcFrames.Decode((await client.ReadAnswerAsync(1)).Body).Single().Message).Value.ShouldBe("a|b|c");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(128)]
    [InlineData(255)]
    public async Task A_flag_that_grpc_does_not_know_is_internal_in_reruns_words(byte flag)
    {
        var answer = await SendAsync(Echo, GrpcFrames.Encode(new Text { Value = "x" }, flag));

        answer.ShouldBe(("13", UnknownFlag(flag)));
    }

    [Theory]
    [InlineData(Echo)]
    [InlineData(Collect)]
    public async Task A_flag_that_grpc_does_not_know_behind_a_good_message_is_internal(string path) =>
        (await SendAsync(path, [.. Hello, .. GrpcFrames.Encode(new Text { Value = "x" }, flag: 7)])).ShouldBe(("13", UnknownFlag(7)));

    [Theory]
    [InlineData(Echo)]
    [InlineData(Collect)]
    public async Task A_length_above_two_gigabytes_is_internal(string path) =>
        (await SendAsync(path, [0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3])).ShouldBe(("13", TooLong));

    [Theory]
    [InlineData(Echo)]
    [InlineData(Collect)]
    public async Task A_message_above_the_limit_is_refused_before_its_bytes_are_read(string path)
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, path);

        await client.SendDataAsync(1, [0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3], end: false);
        var answer = await client.ReadAnswerAsync(1);

        answer.Status.ShouldBe("8");
        answer.Message.ShouldBe("Received message exceeds the maximum configured message size.");
        answer.TrailersOnly.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Echo, 3)]
    [InlineData(Echo, 9)]
    [InlineData(Collect, 3)]
    [InlineData(Collect, 9)]
    public async Task A_message_that_ends_too_early_is_internal_in_reruns_words(string path, int length) =>
        (await SendAsync(path, Hello[..length])).ShouldBe(("13", "Unexpected EOF decoding stream."));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task No_message_where_one_is_expected_is_internal_in_reruns_words(int length) =>
        (await SendAsync(Echo, Hello[..length])).ShouldBe(("13", "Missing request message."));

    [Fact]
    public async Task A_second_message_where_one_is_expected_is_passed_over_as_rerun_does()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, Echo);
        await client.SendDataAsync(1, [.. Hello, .. GrpcFrames.Encode(new Text { Value = "again" })], end: true);

        var answer = await client.ReadAnswerAsync(1);

        answer.Status.ShouldBe("0", answer.Message);
        answer.Body.ShouldBe(Hello);
    }

    [Theory]
    [InlineData(Echo)]
    [InlineData(Collect)]
    public async Task Bytes_that_are_no_message_are_internal_in_reruns_words(string path)
    {
        var (status, message) = await SendAsync(path, GrpcFrames.Encode([0x0a, 0x7f, 0x01]));

        status.ShouldBe("13");
        message.ShouldStartWith("failed to decode Protobuf message: ");
    }

    [Fact]
    public async Task A_compressed_request_is_unimplemented_in_reruns_words() =>
        (await SendAsync(Echo, GrpcFrames.Encode([1, 2, 3], flag: 1), ("grpc-encoding", "gzip"))).ShouldBe(("12", "Content is compressed with `gzip` which isn't supported"));

    [Fact]
    public async Task A_compressed_message_without_an_encoding_is_internal_in_reruns_words() =>
        (await SendAsync(Echo, GrpcFrames.Encode([1, 2, 3], flag: 1))).ShouldBe(("13", "protocol error: received message with compressed-flag but no grpc-encoding was specified"));

    [Fact]
    public async Task No_answer_is_ever_compressed()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        var repetitive = GrpcFrames.Encode(new Text { Value = new string('x', 10_000) });
        await client.BeginCallAsync(1, Echo, ("grpc-accept-encoding", "gzip"), ("accept-encoding", "gzip"));
        await client.SendDataAsync(1, repetitive, end: true);

        var answer = await client.ReadAnswerAsync(1);

        answer.Body.ShouldBe(repetitive);
        answer.Headers.ShouldNotContainKey("grpc-encoding");
        answer.Headers.ShouldNotContainKey("content-encoding");
    }

    [Fact]
    public async Task Broken_frames_leave_the_connection_and_the_log_alone()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, Echo);
        await client.SendDataAsync(1, GrpcFrames.Encode([0x0a, 0x7f]), end: true);
        (await client.ReadAnswerAsync(1)).Status.ShouldBe("13");

        await client.BeginCallAsync(3, Echo);
        await client.SendDataAsync(3, Hello, end: true);

        (await client.ReadAnswerAsync(3)).Status.ShouldBe("0");
        host.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Header_blocks_that_are_none_end_that_connection_only()
    {
        await using var host = await TransportHost.StartAsync();
        await using var hostile = await FrameClient.ConnectAsync(host.Address);
        await using var client = await FrameClient.ConnectAsync(host.Address);

        await hostile.SendAsync(FrameKind.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

        (await hostile.ReadAnswerAsync(1)).Ended.ShouldBeFalse();
        await client.BeginCallAsync(1, Echo);
        await client.SendDataAsync(1, Hello, end: true);
        (await client.ReadAnswerAsync(1)).Status.ShouldBe("0");
    }

    [Fact]
    public async Task A_ping_is_acknowledged_with_its_payload()
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);

        await client.SendAsync(FrameKind.Ping, FrameFlags.None, 0, "8 octets"u8);
        var frame = await client.ReadAsync();
        while (frame is { Kind: not FrameKind.Ping })
        {
            frame = await client.ReadAsync();
        }

        frame!.Flags.ShouldBe(FrameFlags.EndStream);
        frame.Payload.ShouldBe("8 octets"u8.ToArray());
    }

    private static string UnknownFlag(byte flag) =>
        $"protocol error: received message with invalid compression flag: {flag} (valid flags are 0 and 1), while sending request";

    private static async Task<(string? Status, string? Message)> SendAsync(string path, byte[] body, params (string, string)[] headers)
    {
        await using var host = await TransportHost.StartAsync();
        await using var client = await FrameClient.ConnectAsync(host.Address);
        await client.BeginCallAsync(1, path, headers);
        await client.SendDataAsync(1, body, end: true);
        var answer = await client.ReadAnswerAsync(1);
        answer.TrailersOnly.ShouldBeTrue();
        answer.Headers[":status"].ShouldBe("200");
        return (answer.Status, answer.Message);
    }
}
