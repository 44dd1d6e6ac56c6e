namespace Strata.Rrd.Editing;

/// <summary>Places that look like the beginning of a message, or of a stream. Whether one is there only reading it tells. Source: rrd-format §1.1, §1.3, §2.</summary>
internal static class MessageCandidate
{
    // Every payload that matters begins with field 1, which is a message.
    private const byte FirstTag = 0x0A;

    /// <summary>So many bytes are looked at.</summary>
    public const int Bytes = MessageHeader.Size + 1;

    /// <returns>The next place from <paramref name="from"/> on, or -1.</returns>
    public static int Next(ReadOnlySpan<byte> window, int from)
    {
        for (var i = from; i + StreamHeader.Size <= window.Length; i++)
        {
            if (StreamHeader.IsOne(window[i..]) || IsMessage(window[i..]))
            {
                return i;
            }
        }
        return -1;
    }

    // Kinds and lengths have their high bytes zero.
    private static bool IsMessage(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Bytes
        && bytes[0] is >= (byte)MessageKind.SetStoreInfo and <= (byte)MessageKind.BlueprintActivationCommand
        && bytes[MessageHeader.Size] == FirstTag
        && MessageHeader.Read(bytes) is { Kind: <= (ulong)MessageKind.BlueprintActivationCommand, Length: > 0 and <= RrdLimits.MaxMessageBytes };
}
