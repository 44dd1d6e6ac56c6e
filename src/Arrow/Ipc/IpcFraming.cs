using System.Buffers.Binary;

namespace Strata.Arrow.Ipc;

/// <summary>How messages are framed and aligned. Source: rrd-format §3.3.</summary>
internal static class IpcFraming
{
    public const int Alignment = 64;
    public const uint Continuation = 0xFFFFFFFF;
    public const int PrefixBytes = 8;

    /// <summary>FF FF FF FF 00 00 00 00.</summary>
    public static ReadOnlySpan<byte> EndOfStream => [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    public static byte[] Frame(ReadOnlySpan<byte> flatBuffer, int alignment)
    {
        int total = (PrefixBytes + flatBuffer.Length + alignment - 1) / alignment * alignment;
        var message = new byte[total];
        BinaryPrimitives.WriteUInt32LittleEndian(message, Continuation);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), total - PrefixBytes);
        flatBuffer.CopyTo(message.AsSpan(PrefixBytes));
        return message;
    }

    public static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
