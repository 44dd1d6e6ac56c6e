using System.Runtime.CompilerServices;

namespace Strata.Rrd;

/// <summary>
/// Opens a recording file: by its footer when there is a sound one, else by scanning all of it. Chunks are read one at a time
/// from where the index says they lie. Safe for concurrent use. Source: rrd-format §1, §9, §10.
/// </summary>
public sealed class RrdReader
{
    // A file of this size is read at once: two reads (head and footer) and one a chunk cost more than copying it.
    // Larger buffers than this would be the garbage collector's large objects, which cost more than they save.
    private const int ReadWholeBytes = 64 * 1024;

    private readonly IRandomAccessBytes _source;

    private RrdReader(IRandomAccessBytes source, RrdContents contents)
    {
        _source = source;
        Contents = contents;
    }

    /// <summary>What is in the file, and what is wrong with it.</summary>
    public RrdContents Contents { get; }

    /// <summary>Reads what is in the file. The source stays with the caller, who must keep it open while chunks are read.</summary>
    /// <exception cref="RrdFormatException">It is no recording, or one too old. Damage behind the header is a finding instead.</exception>
    public static async ValueTask<RrdReader> OpenAsync(IRandomAccessBytes source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Length <= ReadWholeBytes && source is not MemoryBytes)
        {
            source = new MemoryBytes(await source.ReadAsync(0, (int)source.Length, cancellationToken).ConfigureAwait(false));
        }
        var header = StreamHeader.Read((await source.ReadAsync(0, StreamHeader.Size, cancellationToken).ConfigureAwait(false)).Span, 0);
        var findings = new FindingList();
        var contents = await FooterReader.TryReadAsync(source, header, findings, cancellationToken).ConfigureAwait(false)
            ?? await ScanAsync(source, header, findings, cancellationToken).ConfigureAwait(false);
        return new RrdReader(source, contents);
    }

    /// <summary>Reads all of a stream in order, calling <paramref name="onChunk"/> for each chunk, and returns what was in it.</summary>
    public static async ValueTask<RrdContents> ScanAsync(Stream stream, Func<StoredChunk, ValueTask> onChunk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(onChunk);
        var findings = new FindingList();
        var frames = new FrameReader(new StreamCursor(stream), findings);
        var scan = new RecordingScan(findings);
        while (await frames.NextAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (scan.Add(frame) is { } chunk)
            {
                await onChunk(chunk).ConfigureAwait(false);
            }
        }
        return scan.ToContents(frames.Header);
    }

    /// <summary>Reads one chunk: its bytes and nothing else.</summary>
    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    public ValueTask<Chunk> ReadChunkAsync(ChunkEntry entry, CancellationToken cancellationToken) => ChunkSource.ReadAsync(_source, entry, cancellationToken);

    /// <summary>Reads one chunk as it is stored, to be sent on without decoding it.</summary>
    /// <exception cref="RrdFormatException">The bytes are not those that the index promises.</exception>
    public ValueTask<ChunkPayload> ReadPayloadAsync(ChunkEntry entry, CancellationToken cancellationToken) => ChunkSource.ReadPayloadAsync(_source, entry, cancellationToken);

    /// <summary>Reads all chunks of a store in file order.</summary>
    public async IAsyncEnumerable<Chunk> ReadChunksAsync(RrdStore store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        for (var i = 0; i < store.Manifest.Count; i++)
        {
            yield return await ReadChunkAsync(store.Manifest[i], cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<RrdContents> ScanAsync(IRandomAccessBytes source, StreamHeader header, FindingList findings, CancellationToken cancellationToken)
    {
        var frames = new FrameReader(new RandomAccessCursor(source, 0, source.Length), findings);
        var scan = new RecordingScan(findings);
        while (await frames.NextAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            scan.Add(frame);
        }
        return scan.ToContents(header);
    }
}
