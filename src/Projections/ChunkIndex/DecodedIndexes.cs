using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Projections.ChunkIndex;

/// <summary>
/// Chunk indexes that were decoded lately, by the hash of their bytes. Two halves: when the young one is full it becomes the old one, and what nobody asked
/// for since is forgotten.
/// </summary>
internal sealed class DecodedIndexes
{
    /// <summary>Of the messages that the columns are slices of; one of a small recording is some kilobytes, so a query over some hundred segments fits.</summary>
    internal const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The recordings of one robot have one index schema: what is found out about it is found out once.</summary>
    private readonly ContentCache<Schema> _schemas = new();

    private readonly Lock _lock = new();
    private Dictionary<Sha256Digest, RecordBatch> _young = [];
    private Dictionary<Sha256Digest, RecordBatch> _old = [];
    private long _youngBytes;

    public RecordBatch? Find(Sha256Digest hash)
    {
        lock (_lock)
        {
            return _young.TryGetValue(hash, out var batch) || _old.TryGetValue(hash, out batch) ? batch : null;
        }
    }

    /// <exception cref="ArrowFormatException">The blob is not a batch.</exception>
    public RecordBatch Add(Sha256Digest hash, ReadOnlyMemory<byte> content)
    {
        var batch = new ArrowStreamReader(content, _schemas).ReadNextRecordBatch()
            ?? throw new ArrowFormatException(content.Length, $"a record batch in the chunk index blob {hash}", "the end of the stream");
        lock (_lock)
        {
            if (content.Length <= MaxBytes / 2 && _young.TryAdd(hash, batch))
            {
                _youngBytes += content.Length;
                if (_youngBytes > MaxBytes / 2)
                {
                    (_old, _young, _youngBytes) = (_young, [], 0);
                }
            }
        }

        return batch;
    }
}
