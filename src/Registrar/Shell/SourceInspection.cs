using System.Security.Cryptography;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>Looks at the sources of a call, several at a time. Source: DESIGN §4.2, rule 10.</summary>
internal sealed class SourceInspection(IRecordingStore recordings, IRecordingInspector inspector)
{
    /// <summary>Reading footers is short work between short reads; more side by side than this only queue for the same disk.</summary>
    private static readonly int Parallelism = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>Sources whose facts are held at once before their large parts go to the blob buffer.</summary>
    private const int WindowSize = 256;

    private const int SmallBytes = 128 * 1024;

    /// <summary>Read at once where a whole file is hashed.</summary>
    private const int HashBytes = 1 << 20;

    public async Task<InspectedSource[]> InspectAllAsync(
        IReadOnlyList<RecordingSource> sources,
        InspectionWish wish,
        BlobBuffer blobs,
        Action<int>? onDone,
        CancellationToken cancellationToken)
    {
        var inspected = new InspectedSource[sources.Count];
        for (var start = 0; start < sources.Count; start += WindowSize)
        {
            var end = Math.Min(start + WindowSize, sources.Count);
            var facts = new FileFacts?[end - start];
            var folders = new SourceFolders();
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForAsync(start, end, options, async (k, token) => (inspected[k], facts[k - start]) = await InspectAsync(sources[k], folders, wish, blobs, token));
            for (var k = start; k < end; k++)
            {
                AddBlobs(inspected[k], facts[k - start], blobs);
            }

            await blobs.WriteAheadWhenLargeAsync(cancellationToken);
            onDone?.Invoke(end);
        }

        return inspected;
    }

    /// <summary>Looks at bytes that are kept already: for a source that changed meanwhile, and for a release from quarantine.</summary>
    public async Task<InspectedSource> InspectKeptAsync(RecordingSource source, KeptFile file, InspectionWish wish, BlobBuffer blobs, CancellationToken cancellationToken)
    {
        using var bytes = await recordings.OpenAsync(file.Kept, cancellationToken);
        var (inspected, facts) = await JudgeAsync(source, bytes, new SourceStamp(file.SizeBytes, file.Kept.ModifiedAtNs ?? 0), wish, blobs, () => Task.FromResult<KeptFile?>(file), cancellationToken);
        AddBlobs(inspected, facts, blobs);
        return inspected;
    }

    /// <summary>SHA-256 of a whole file that is not kept yet.</summary>
    public async Task<Sha256Digest> HashAsync(RecordingSource source, CancellationToken cancellationToken)
    {
        using var file = (await recordings.OpenSourceAsync(source, new SourceFolders(), cancellationToken)).Bytes;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var offset = 0L; offset < file.Length;)
        {
            var part = await file.ReadAsync(offset, (int)Math.Min(HashBytes, file.Length - offset), cancellationToken);
            if (part.IsEmpty)
            {
                break;
            }

            hash.AppendData(part.Span);
            offset += part.Length;
        }

        return Sha256Digest.FromBytes(hash.GetHashAndReset());
    }

    public static LayerContent ContentOf(RecordingFacts facts) => new(
        facts.ApplicationId,
        facts.Fingerprint,
        facts.SizeBytes,
        facts.ChunkCount,
        facts.SchemaSha256,
        Sha256Digest.Of(facts.SchemaIpc.Span),
        facts.PropertiesIpc is { } properties ? Sha256Digest.Of(properties.Span) : null,
        Sha256Digest.Of(facts.ChunkIndexIpc.Span),
        new(facts.IndexRanges));

    public static void AddBlobs(RecordingFacts facts, LayerContent content, BlobBuffer blobs)
    {
        blobs.Add(content.SchemaBlob, facts.SchemaIpc);
        blobs.Add(content.PropertiesBlob, facts.PropertiesIpc);
        blobs.Add(content.ChunkIndexBlob, facts.ChunkIndexIpc);
    }

    private async Task<(InspectedSource Source, FileFacts? Facts)> InspectAsync(
        RecordingSource source, SourceFolders folders, InspectionWish wish, BlobBuffer blobs, CancellationToken cancellationToken)
    {
        try
        {
            var opened = await recordings.OpenSourceAsync(source, folders, cancellationToken);
            using (opened.Bytes)
            {
                var bytes = await ReadSmallWholeAsync(opened.Bytes, cancellationToken);
                var seen = source with { Seen = await opened.SightAsync(bytes, cancellationToken) };
                return await JudgeAsync(seen, bytes, opened.Stamp, wish, blobs, () => KeepAsideAsync(source, cancellationToken), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (InspectedSource.Unusable.Of(source, e), null);
        }
    }

    private async Task<(InspectedSource Source, FileFacts? Facts)> JudgeAsync(
        RecordingSource source,
        IRandomAccessBytes bytes,
        SourceStamp stamp,
        InspectionWish wish,
        BlobBuffer blobs,
        Func<Task<KeptFile?>> keepAside,
        CancellationToken cancellationToken)
    {
        FileFacts facts;
        try
        {
            facts = await inspector.InspectAsync(bytes, wish.Stores, cancellationToken);
        }
        catch (RrdFormatException e)
        {
            var head = await bytes.ReadAsync(0, StreamHeader.Size, cancellationToken);
            return ForeignSource.Describe(source, head.Span) is { } unusable
                ? (unusable, null)
                : (new InspectedSource.Broken(source, QuarantineReason.Of(head.Span), e.Message, e.Offset, bytes.Length, await keepAside(), RerunWords.OfHead(head.Span, e)), null);
        }

        if (QuarantineReason.Of(facts, wish.Recover) is { } finding)
        {
            var words = await RerunWords.OfFindingAsync(finding.Reason, finding.Detail, finding.Offset, bytes, cancellationToken);
            return (new InspectedSource.Broken(source, finding.Reason, finding.Detail, finding.Offset, bytes.Length, await keepAside(), words) { CanRecover = finding.Reason != QuarantineReasons.RecordingIdMissing }, null);
        }

        return facts.Recordings.IsEmpty
            ? (new InspectedSource.Barren(source, NoRecording(source, facts, wish.Stores)), null)
            : (new InspectedSource.Sound(source, stamp, [.. facts.Recordings.Select(r => Inspected(r, blobs))]), facts);
    }

    /// <summary>One read instead of one a part that is looked at.</summary>
    private static async ValueTask<IRandomAccessBytes> ReadSmallWholeAsync(IRandomAccessBytes bytes, CancellationToken cancellationToken) =>
        bytes.Length <= SmallBytes ? new MemoryBytes(await bytes.ReadAsync(0, (int)bytes.Length, cancellationToken)) : bytes;

    private static string NoRecording(RecordingSource source, FileFacts facts, StoreKind wanted) => facts.Findings.IsEmpty
        ? wanted == StoreKind.Blueprint
            ? $"'{source.Path}' holds no blueprint, and this dataset takes blueprints only; save one and register that file"
            : $"'{source.Path}' holds no recording (blueprints only, or nothing was logged); log at least one value or property to a recording and register that file"
        : $"'{source.Path}' holds no whole recording: {facts.Findings[0].Message} (byte {facts.Findings[0].Offset}); record it again";

    /// <summary>Its copy was let go of since.</summary>
    /// <returns>Null when its source is gone or has other bytes by now.</returns>
    public async Task<KeptFile?> KeepAsideAgainAsync(InspectedSource.Broken broken, CancellationToken cancellationToken) =>
        await KeepAsideAsync(broken.Source, cancellationToken) is { } again && again.FileSha256 == broken.File?.FileSha256 ? again : null;

    /// <summary>Where even the copy fails, the entry in quarantine says so instead of being lost.</summary>
    private async Task<KeptFile?> KeepAsideAsync(RecordingSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await recordings.KeepAsync(source, KeepMode.Copy, cancellationToken);
        }
        catch (RecordingMissingException)
        {
            return null;
        }
    }

    private static InspectedRecording Inspected(RecordingFacts facts, BlobBuffer blobs)
    {
        var content = ContentOf(facts);
        return new(facts.SegmentId, content, blobs.OneSchema(content.SchemaBlob, facts.SchemaIpc));
    }

    private static void AddBlobs(InspectedSource source, FileFacts? facts, BlobBuffer blobs)
    {
        if (source is InspectedSource.Sound sound && facts is not null)
        {
            for (var k = 0; k < sound.Recordings.Length; k++)
            {
                AddBlobs(facts.Recordings[k], sound.Recordings[k].Content, blobs);
            }
        }
    }
}
