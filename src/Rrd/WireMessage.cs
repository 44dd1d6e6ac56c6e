using Google.Protobuf;

namespace Strata.Rrd;

/// <summary>Between generated messages and the types of this room.</summary>
internal static class WireMessage
{
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, long offset, string what)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw new RrdFormatException(offset, what, $"{bytes.Length} bytes that are none ({e.Message})", "The message is damaged: copy the file again.", e);
        }
    }

    /// <summary>Google.Protobuf runs off the end of a message whose inner length wraps around, and then says so in the runtime's words instead of its own.</summary>
    public static bool IsMalformed(Exception e) => e is InvalidProtocolBufferException or IndexOutOfRangeException or ArgumentOutOfRangeException;

    public static Wire.Tuid From(Tuid id) => new() { TimeNs = id.TimeNs, Inc = id.Inc };

    public static Wire.StoreId From(StoreId id) => new()
    {
        Kind = (Wire.StoreKind)id.Kind,
        RecordingId = id.RecordingId,
        ApplicationId = new Wire.ApplicationId { Id = id.ApplicationId },
    };

    public static StoreKind ToKind(Wire.StoreKind kind) => kind == Wire.StoreKind.Blueprint ? StoreKind.Blueprint : StoreKind.Recording;
}
