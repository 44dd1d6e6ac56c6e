namespace Strata.Rrd;

/// <summary>Reads a file by its footer. Whatever is wrong with it is a finding, and the file is scanned instead. Source: rrd-format §1.5, §9.</summary>
internal static class FooterReader
{
    private const string Scanned = "the whole file was scanned instead";

    // One read that holds trailer and footer of most recordings.
    private const int TailBytes = 64 * 1024;

    /// <summary>The contents, or null when there is no footer that can be used.</summary>
    public static async ValueTask<RrdContents?> TryReadAsync(IRandomAccessBytes source, StreamHeader header, FindingList findings, CancellationToken cancellationToken)
    {
        var tailStart = Math.Max(0, source.Length - TailBytes);
        var tail = await source.ReadAsync(tailStart, TailBytes, cancellationToken).ConfigureAwait(false);
        if (FindFooter(tail.Span, source.Length, findings) is not { } trailer)
        {
            return null;
        }
        var footerStart = (long)trailer.Start;
        var payloadAt = footerStart - MessageHeader.Size;
        var size = (int)trailer.Length + MessageHeader.Size;
        var footer = payloadAt >= tailStart
            ? tail.Slice((int)(payloadAt - tailStart), size)
            : await source.ReadAsync(payloadAt, size, cancellationToken).ConfigureAwait(false);
        var local = new FindingList();
        try
        {
            var contents = await ReadAsync(source, header, footer, trailer, local, cancellationToken).ConfigureAwait(false);
            return contents;
        }
        catch (RrdFormatException e)
        {
            findings.Add(e.Offset, RrdRules.Footer, $"expected {e.Expected}, found {e.Found}; {Scanned}");
            return null;
        }
        catch (FooterException e)
        {
            findings.Add(footerStart, e.Rule, $"{e.Message}; {Scanned}");
            return null;
        }
    }

    // The trailer's only entry when the place it names can hold a footer; null (with a finding, unless there is no trailer at all) otherwise.
    private static StreamFooter? FindFooter(ReadOnlySpan<byte> tail, long length, FindingList findings)
    {
        if (tail.Length < StreamHeader.Size + MessageHeader.Size + StreamFooter.Size
            || StreamFooter.EntryCount(tail[^StreamFooter.TailSize..]) is not { } entries || entries == 0)
        {
            return null;
        }
        var trailerStart = length - StreamFooter.TailSize - ((long)entries * StreamFooter.EntrySize);
        if (entries > RrdLimits.MaxTrailerEntries || trailerStart < StreamHeader.Size + MessageHeader.Size)
        {
            findings.Add(length - StreamFooter.TailSize, RrdRules.Footer, $"expected 1 to {RrdLimits.MaxTrailerEntries} entries in the trailer, found {entries}; {Scanned}");
            return null;
        }
        var trailer = StreamFooter.ReadEntry(tail[^(int)(length - trailerStart)..]);
        const ulong firstStart = StreamHeader.Size + MessageHeader.Size;
        if (trailer.Start < firstStart || trailer.Start > (ulong)trailerStart || trailer.Length > (ulong)trailerStart - trailer.Start
            || trailer.Length > RrdLimits.MaxFooterBytes)
        {
            findings.Add(trailerStart, RrdRules.Footer,
                $"expected a footer between bytes {firstStart} and {trailerStart}, found one of {trailer.Length} bytes at {trailer.Start}; {Scanned}");
            return null;
        }
        return trailer;
    }

    private static async ValueTask<RrdContents> ReadAsync(
        IRandomAccessBytes source, StreamHeader header, ReadOnlyMemory<byte> message, StreamFooter trailer, FindingList findings, CancellationToken cancellationToken)
    {
        var footerStart = (long)trailer.Start;
        var payload = message[MessageHeader.Size..];
        var checksum = StreamFooter.ChecksumOf(payload.Span);
        if (checksum != trailer.Checksum)
        {
            throw new FooterException(RrdRules.FooterChecksum, $"expected the footer checksum {trailer.Checksum:X8}, found {checksum:X8}");
        }
        if (footerStart + (long)trailer.Length + StreamFooter.Size != source.Length)
        {
            throw new FooterException(RrdRules.Footer, "expected a footer that ends at its trailer, found one earlier in the file: files were concatenated");
        }
        var end = MessageHeader.Read(message.Span);
        if (end.Kind != (ulong)MessageKind.End || end.Length != trailer.Length)
        {
            throw new FooterException(RrdRules.Footer, $"expected an End message of {trailer.Length} bytes, found kind {end.Kind} with {end.Length} bytes");
        }
        var footer = WireMessage.Parse(Wire.RrdFooter.Parser, payload.Span, footerStart, "an RrdFooter");
        var manifests = new List<FooterManifest>();
        foreach (var manifest in footer.Manifests)
        {
            manifests.Add(FooterManifest.Read(manifest, footerStart, findings));
        }
        if (header.Version.IsNewerThanKnown)
        {
            findings.Add(0, RrdRules.NewerVersion, $"written by Rerun {header.Version}; the newest version known here is {CrateVersion.NewestKnown}");
        }
        var registry = await FooterGaps.ReadAsync(source, header, manifests, footerStart - MessageHeader.Size, findings, cancellationToken).ConfigureAwait(false);
        var byStore = new Dictionary<StoreId, FooterManifest>();
        foreach (var manifest in manifests)
        {
            var id = registry.Resolve(manifest.StoreId);
            if (id is null || !byStore.TryAdd(id, manifest))
            {
                throw new FooterException(RrdRules.Manifest, id is null ? "a manifest has no store id" : $"two manifests are of the store {id}");
            }
            if (registry.Get(id) is { IsAnnounced: false } entry)
            {
                entry.Version = header.Version;
                findings.Add(footerStart, RrdRules.StoreInfo, $"the store {id} was never announced by a SetStoreInfo");
            }
        }
        var stores = new List<RrdStore>();
        foreach (var entry in registry.Stores)
        {
            stores.Add(byStore.TryGetValue(entry.Id, out var manifest)
                ? entry.ToStore(manifest.Schema, manifest.SchemaSha256, manifest.Manifest)
                : entry.ToStore());
        }
        return new RrdContents(header, stores, registry.Activations, UsedFooter: true, findings.ToList());
    }
}
