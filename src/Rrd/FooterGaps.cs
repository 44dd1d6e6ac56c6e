namespace Strata.Rrd;

/// <summary>
/// Reads what lies between the chunks that a footer lists: announcements of stores, activations of blueprints. Doing so proves
/// that the footer lists every chunk of the file and nothing else.
/// </summary>
internal static class FooterGaps
{
    public static async ValueTask<StoreRegistry> ReadAsync(
        IRandomAccessBytes source,
        StreamHeader header,
        IReadOnlyList<FooterManifest> manifests,
        long end,
        FindingList findings,
        CancellationToken cancellationToken)
    {
        var registry = new StoreRegistry(findings);
        long position = StreamHeader.Size;
        foreach (var (start, stop) in ChunkSpans(manifests, end))
        {
            if (start < position)
            {
                throw new FooterException(RrdRules.Manifest, $"two chunks overlap at byte {start}");
            }
            await ReadGapAsync(source, header, registry, position, start, findings, cancellationToken).ConfigureAwait(false);
            position = stop;
        }
        await ReadGapAsync(source, header, registry, position, end, findings, cancellationToken).ConfigureAwait(false);
        return registry;
    }

    // Header and payload of each chunk, by place.
    private static (long Start, long Stop)[] ChunkSpans(IReadOnlyList<FooterManifest> manifests, long end)
    {
        var spans = new (long Start, long Stop)[manifests.Sum(manifest => manifest.Manifest.Count)];
        var filled = 0;
        foreach (var manifest in manifests)
        {
            var offsets = manifest.Manifest.ByteOffsets;
            var sizes = manifest.Manifest.ByteSizes;
            for (var i = 0; i < offsets.Length; i++)
            {
                if (offsets[i] < StreamHeader.Size + MessageHeader.Size || offsets[i] > end || sizes[i] > end - offsets[i])
                {
                    throw new FooterException(RrdRules.Manifest, $"a chunk of {sizes[i]} bytes at {offsets[i]} lies outside of the messages");
                }
                spans[filled++] = (offsets[i] - MessageHeader.Size, offsets[i] + sizes[i]);
            }
        }
        Array.Sort(spans);
        return spans;
    }

    private static async ValueTask ReadGapAsync(
        IRandomAccessBytes source, StreamHeader header, StoreRegistry registry, long start, long stop, FindingList findings, CancellationToken cancellationToken)
    {
        if (start == stop)
        {
            return;
        }
        var local = new FindingList();
        var cursor = new RandomAccessCursor(source, start, stop);
        var frames = new FrameReader(cursor, local);
        frames.Resume(header, 0);
        while (await frames.NextAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case MessageKind.SetStoreInfo:
                    registry.SetStoreInfo(WireMessage.Parse(Wire.SetStoreInfo.Parser, frame.Payload.Span, frame.Offset, "a SetStoreInfo"), frame);
                    break;
                case MessageKind.BlueprintActivationCommand:
                    registry.Activate(WireMessage.Parse(Wire.BlueprintActivationCommand.Parser, frame.Payload.Span, frame.Offset, "a BlueprintActivationCommand"), frame);
                    break;
                default:
                    throw new FooterException(RrdRules.Footer, $"a message of kind {frame.Kind} at byte {frame.Offset} is not in the footer");
            }
        }
        foreach (var finding in local.ToList())
        {
            if (finding.Rule != RrdRules.UnknownKind)
            {
                throw new FooterException(RrdRules.Footer, $"the bytes {start} to {stop} are no messages ({finding.Message})");
            }
            findings.Add(finding.Offset, finding.Rule, finding.Message);
        }
    }
}
