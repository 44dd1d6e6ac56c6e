namespace Strata.Rrd;

/// <summary>
/// Interprets messages one by one and keeps what is whole: the way for files without a usable footer and for streams.
/// Source: rrd-format §10.
/// </summary>
internal sealed class RecordingScan(FindingList findings)
{
    private readonly StoreRegistry _registry = new(findings);
    private readonly NameBudget _names = new();
    private StreamHeader? _header;

    /// <summary>Takes in one message. Returns the chunk in it with its store, or null when it is no (usable) chunk.</summary>
    public StoredChunk? Add(in RrdFrame frame)
    {
        _header ??= frame.Header;
        try
        {
            switch (frame.Kind)
            {
                case MessageKind.SetStoreInfo:
                    _registry.SetStoreInfo(WireMessage.Parse(Wire.SetStoreInfo.Parser, frame.Payload.Span, frame.Offset, "a SetStoreInfo"), frame);
                    return null;
                case MessageKind.BlueprintActivationCommand:
                    _registry.Activate(WireMessage.Parse(Wire.BlueprintActivationCommand.Parser, frame.Payload.Span, frame.Offset, "a BlueprintActivationCommand"), frame);
                    return null;
                case MessageKind.ArrowMsg:
                    return AddChunk(frame);
                default:
                    return null;
            }
        }
        catch (RrdFormatException e)
        {
            findings.Add(e.Offset, frame.Kind == MessageKind.ArrowMsg ? RrdRules.Chunk : RrdRules.Message,
                $"skipped a message of {frame.Payload.Length} bytes: expected {e.Expected}, found {e.Found}");
            return null;
        }
    }

    public RrdContents ToContents(StreamHeader fallback)
    {
        var stores = new List<RrdStore>();
        foreach (var entry in _registry.Stores)
        {
            if (!entry.IsAnnounced)
            {
                findings.Add(StreamHeader.Size, RrdRules.StoreInfo, $"the store {entry.Id} was never announced by a SetStoreInfo");
            }
            stores.Add(entry.ToStore());
        }
        return new RrdContents(_header ?? fallback, stores, _registry.Activations, UsedFooter: false, findings.ToList());
    }

    private StoredChunk? AddChunk(in RrdFrame frame)
    {
        var message = ArrowMsg.Read(frame.Payload, frame.Offset);
        if (_registry.Resolve(message.StoreId) is not { } storeId || _registry.Get(storeId) is not { } entry)
        {
            findings.Add(frame.Offset, RrdRules.Chunk, message.StoreId is null
                ? "skipped a chunk without store id"
                : $"skipped a chunk of the store '{message.StoreId.RecordingId}', which has no application id and was not announced");
            return null;
        }
        var chunk = IpcPayload.ReadChunk(message, frame.Offset, out var falselySorted);
        if (falselySorted is not null)
        {
            findings.Add(frame.Offset, RrdRules.FalselySorted, $"the timeline '{falselySorted}' of a chunk of {chunk.EntityPath} is marked as sorted and is not");
        }
        if (entry.ChunkIds.Contains(chunk.Id))
        {
            findings.Add(frame.Offset, RrdRules.DuplicateChunk, $"ignored a second chunk with the id {chunk.Id.ToChunkId()} in {storeId}");
            return null;
        }
        if (!entry.IsAnnounced)
        {
            entry.Version = frame.Header.Version;
        }
        var newPathChars = entry.Manifest.Knows(chunk.EntityPath) ? 0 : chunk.EntityPath.ToString().Length;
        _names.Charge(newPathChars + entry.Schema.NewNameChars(chunk), frame.Offset);
        var uncompressed = message.Compression == ArrowMsg.Lz4 ? (long)message.UncompressedSize : message.Payload.Length;
        entry.Manifest.Add(chunk, frame.Offset, frame.Payload.Length, uncompressed);
        entry.Schema.Add(chunk);
        entry.ChunkIds.Add(chunk.Id);
        return new StoredChunk(storeId, chunk);
    }
}
