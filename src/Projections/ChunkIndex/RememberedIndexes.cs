using System.Collections.Concurrent;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.ChunkIndex;

/// <summary>Decoded chunk indexes by the hash of their content: a client asks for the chunks of a segment, then fetches them, then asks again.</summary>
internal sealed class RememberedIndexes
{
    /// <summary>Bytes of all that is remembered. An index has some kilobytes; that of a recording of 100,000 chunks some ten megabytes.</summary>
    private const long MaxTotalBytes = 64 * 1024 * 1024;

    /// <summary>The recordings of one robot have one index schema.</summary>
    private readonly ContentCache<Schema> _schemas = new();

    private readonly ConcurrentDictionary<Sha256Digest, RecordBatch> _indexes = new();
    private long _totalBytes;

    public RecordBatch? Find(Sha256Digest hash) => _indexes.GetValueOrDefault(hash);

    /// <summary>A full memory forgets everything and starts anew.</summary>
    public RecordBatch Decode(Sha256Digest hash, ReadOnlyMemory<byte> content)
    {
        var index = new ArrowStreamReader(content, _schemas).ReadNextRecordBatch()
            ?? throw new ReadModelStorageException($"chunk index blob {hash}: expected a record batch, found none; verify the log, or restore it");
        if (content.Length > MaxTotalBytes)
        {
            return index;
        }

        if (Interlocked.Add(ref _totalBytes, content.Length) > MaxTotalBytes)
        {
            _indexes.Clear();
            Interlocked.Exchange(ref _totalBytes, content.Length);
        }

        return _indexes.GetOrAdd(hash, index);
    }
}
