using System.Buffers.Binary;
using Google.Protobuf;

namespace Strata.Catalog.Tests.Http2;

/// <summary>gRPC's own frames inside HTTP's: flag, length, message.</summary>
internal static class GrpcFrames
{
    private const int PrefixLength = 5;

    public static byte[] Encode(IMessage message, byte flag = 0) => Encode(message.ToByteArray(), flag);

    public static byte[] Encode(byte[] message, byte flag = 0)
    {
        var frame = new byte[PrefixLength + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, PrefixLength);
        return frame;
    }

    /// <summary>Flag and message of each frame.</summary>
    public static List<(byte Flag, byte[] Message)> Decode(ReadOnlySpan<byte> body)
    {
        var frames = new List<(byte, byte[])>();
        while (body.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body[1..]);
            frames.Add((body[0], body.Slice(PrefixLength, length).ToArray()));
            body = body[(PrefixLength + length)..];
        }

        return frames;
    }
}
