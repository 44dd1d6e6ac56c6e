namespace Strata.Rrd.Editing;

/// <summary>What the messages of a file say of their payloads, which are neither decoded nor unpacked. As <c>rerun rrd stats --no-decode</c>.</summary>
internal sealed record TransportStatistics(IReadOnlyList<StoreTransport> Stores, IReadOnlyList<RrdFinding> Findings)
{
    /// <exception cref="RrdFormatException">It is no recording, or one too old. Damage behind the header is a finding instead.</exception>
    public static async Task<TransportStatistics> ReadAsync(IRandomAccessBytes source, CancellationToken cancellationToken)
    {
        var findings = new FindingList();
        var frames = new FrameReader(new RandomAccessCursor(source, 0, source.Length), findings);
        var registry = new StoreRegistry(findings);
        var stores = new Dictionary<StoreId, StoreTransport>();
        while (await frames.NextAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            try
            {
                Count(frame, registry, stores);
            }
            catch (RrdFormatException e)
            {
                findings.Add(e.Offset, RrdRules.Message, $"expected {e.Expected}, found {e.Found}");
            }
        }
        return new([.. stores.Values], findings.ToList());
    }

    private static void Count(in RrdFrame frame, StoreRegistry registry, Dictionary<StoreId, StoreTransport> stores)
    {
        switch (frame.Kind)
        {
            case MessageKind.SetStoreInfo:
                registry.SetStoreInfo(WireMessage.Parse(Wire.SetStoreInfo.Parser, frame.Payload.Span, frame.Offset, "a SetStoreInfo"), frame);
                break;
            case MessageKind.ArrowMsg:
                var message = ArrowMsg.Read(frame.Payload, frame.Offset);
                var id = registry.Resolve(message.StoreId) ?? throw new RrdFormatException(frame.Offset, "a chunk of a store that is known", "none named", "It is not counted.");
                if (stores.Count >= RrdLimits.MaxStores && !stores.ContainsKey(id))
                {
                    throw new RrdFormatException(frame.Offset, $"at most {RrdLimits.MaxStores} stores in one file", $"another one, {id}", "It is not counted.");
                }
                var store = stores.GetValueOrDefault(id) ?? new StoreTransport(id, 0, 0, 0);
                stores[id] = store with
                {
                    Chunks = store.Chunks + 1,
                    StoredBytes = store.StoredBytes + frame.Payload.Length,
                    DecodedBytes = store.DecodedBytes + (message.Compression == ArrowMsg.Lz4 ? (long)Math.Min(message.UncompressedSize, RrdLimits.MaxUncompressedBytes) : message.Payload.Length),
                };
                break;
            default:
                break;
        }
    }
}

/// <param name="StoredBytes">Of the messages, without their headers.</param>
/// <param name="DecodedBytes">Of the Arrow streams in them, as the messages say.</param>
internal sealed record StoreTransport(StoreId Id, long Chunks, long StoredBytes, long DecodedBytes);
