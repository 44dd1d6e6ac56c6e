namespace Strata.Rrd.Editing;

/// <summary>A message of an input with the store that it is about.</summary>
/// <param name="Header">Of the stream that it stands in.</param>
/// <param name="Offset">Of its payload.</param>
internal abstract record RecordingMessage(StreamHeader Header, StoreId Store, long Offset)
{
    // What a message without a payload takes, roughly: none takes nothing.
    private const long SmallBytes = 1024;

    /// <summary>Bytes that it keeps in memory, roughly.</summary>
    public virtual long Bytes => SmallBytes;
}

internal sealed record AnnouncementMessage(StreamHeader Header, StoreId Store, long Offset, Wire.SetStoreInfo Info) : RecordingMessage(Header, Store, Offset);

internal sealed record ActivationMessage(StreamHeader Header, BlueprintActivation Activation, long Offset) : RecordingMessage(Header, Activation.BlueprintId, Offset);

/// <param name="Form">The chunk in it; null when the reader was told to decode none, or cannot.</param>
/// <param name="Fault">Why it could not be decoded, where it was tried.</param>
internal sealed record ChunkMessage(StreamHeader Header, StoreId Store, long Offset, ArrowMsg Message, StoredForm? Form, RrdFormatException? Fault = null) : RecordingMessage(Header, Store, Offset)
{
    public override long Bytes => base.Bytes + Message.Payload.Length + (Form is not null && Message.Compression == ArrowMsg.Lz4 ? (long)Message.UncompressedSize : 0);
}
