using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Strata.Catalog.Tests.Http2;

/// <summary>
/// HTTP/2 frame by frame over a plain socket: what is sent, how it is cut, and whether a window is ever opened is up to the test.
/// Source: RFC 9113.
/// </summary>
internal sealed class FrameClient : IAsyncDisposable
{
    public const int InitialWindow = 65_535;

    private const int HeaderLength = 9;
    private const ushort HeaderTableSize = 1;

    /// <summary>A test that waits for a frame in vain fails instead of hanging.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly NetworkStream _stream;

    private FrameClient(Socket socket) => _stream = new NetworkStream(socket, ownsSocket: true);

    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A socket, and nothing said yet.</summary>
    public static async Task<FrameClient> OpenAsync(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, Token);
        return new(socket);
    }

    /// <summary>Preface and settings exchanged.</summary>
    public static async Task<FrameClient> ConnectAsync(IPEndPoint address)
    {
        var client = await OpenAsync(address);
        await client.SendBytesAsync(Preface.ToArray());
        await client.GreetAsync();
        return client;
    }

    /// <summary>What follows the preface: our settings (no header table), the server's, and both acknowledged.</summary>
    public async Task GreetAsync()
    {
        var settings = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(settings, HeaderTableSize);
        await SendAsync(FrameKind.Settings, FrameFlags.None, 0, settings);
        for (var greeted = 0; greeted < 2;)
        {
            var frame = await ReadAsync() ?? throw new InvalidOperationException("the server closed before its settings");
            if (frame.Kind == FrameKind.Settings)
            {
                greeted++;
                if (!frame.Flags.HasFlag(FrameFlags.EndStream))
                {
                    await SendAsync(FrameKind.Settings, FrameFlags.EndStream, 0, []);
                }
            }
        }
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, Token);

    public Task SendAsync(FrameKind kind, FrameFlags flags, int stream, ReadOnlySpan<byte> payload) => SendBytesAsync(Encode(kind, flags, stream, payload)).WaitAsync(Token);

    public static byte[] Encode(FrameKind kind, FrameFlags flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8);
        frame[3] = (byte)kind;
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    public static byte[] EncodeCallHeaders(int stream, string path, params (string Name, string Value)[] more) => Encode(
        FrameKind.Headers,
        FrameFlags.EndHeaders,
        stream,
        Hpack.Encode([(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"), .. more]));

    /// <summary>Headers of a gRPC call; its body is still to come.</summary>
    public Task BeginCallAsync(int stream, string path, params (string Name, string Value)[] more) => SendBytesAsync(EncodeCallHeaders(stream, path, more));

    public Task SendDataAsync(int stream, ReadOnlySpan<byte> body, bool end) => SendAsync(FrameKind.Data, end ? FrameFlags.EndStream : FrameFlags.None, stream, body);

    public Task ResetAsync(int stream) => SendAsync(FrameKind.RstStream, FrameFlags.None, stream, [0, 0, 0, 8]);

    public Task OpenWindowAsync(int stream, int bytes)
    {
        var increment = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(increment, bytes);
        return SendAsync(FrameKind.WindowUpdate, FrameFlags.None, stream, increment);
    }

    /// <returns>Null when the server has closed.</returns>
    public async Task<Frame?> ReadAsync()
    {
        var header = new byte[HeaderLength];
        try
        {
            await _stream.ReadExactlyAsync(header, Token).AsTask().WaitAsync(Patience, Token);
            var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header) >> 8];
            await _stream.ReadExactlyAsync(payload, Token).AsTask().WaitAsync(Patience, Token);
            return new((FrameKind)header[3], (FrameFlags)header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return null;
        }
    }

    /// <summary>Frames of a stream until its end or reset, window updates and pings of the server left aside.</summary>
    public async Task<Answer> ReadAnswerAsync(int stream)
    {
        var answer = new Answer();
        while (await ReadAsync() is { } frame)
        {
            if (frame.Kind == FrameKind.GoAway || (frame.Stream == stream && !answer.Take(frame)))
            {
                break;
            }
        }

        return answer;
    }

    /// <summary>All that comes until the server closes, for answers of HTTP/1.1.</summary>
    public async Task<string> ReadAllTextAsync()
    {
        using var reader = new StreamReader(_stream, leaveOpen: true);
        return await reader.ReadToEndAsync(Token);
    }

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();
}
