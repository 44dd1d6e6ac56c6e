using System.Collections.Concurrent;
using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>
/// The blobs of one call. A large call writes them ahead in groups, so that memory stays flat (DESIGN rule 14); they are content-addressed,
/// and one that no event comes to name is invisible.
/// </summary>
internal sealed class BlobBuffer(IEventStore store)
{
    /// <summary>What may wait for the final append: enough that hundreds of small recordings still need one transaction only.</summary>
    private const long MaxWaitingBytes = 16L << 20;

    private readonly HashSet<Sha256Digest> _known = [];
    private readonly ImmutableArray<Blob>.Builder _waiting = ImmutableArray.CreateBuilder<Blob>();
    private readonly ConcurrentDictionary<Sha256Digest, ReadOnlyMemory<byte>> _schemas = [];
    private long _waitingBytes;

    public ImmutableArray<Blob> Waiting => _waiting.ToImmutable();

    /// <summary>The same bytes for all recordings with this schema, which stay at hand for the whole call. Safe for concurrent use.</summary>
    public ReadOnlyMemory<byte> OneSchema(Sha256Digest hash, ReadOnlyMemory<byte> content) => _schemas.GetOrAdd(hash, content);

    /// <param name="content">Null for a part that is absent.</param>
    public void Add(Sha256Digest? hash, ReadOnlyMemory<byte>? content)
    {
        if (hash is { } name && content is { } bytes && _known.Add(name))
        {
            _waiting.Add(new Blob(name, bytes));
            _waitingBytes += bytes.Length;
        }
    }

    public async Task WriteAheadWhenLargeAsync(CancellationToken cancellationToken)
    {
        if (_waitingBytes <= MaxWaitingBytes)
        {
            return;
        }

        await store.AppendAsync(new Append(CommandIds.Fresh(), [], [], _waiting.ToImmutable()), cancellationToken);
        _waiting.Clear();
        _waitingBytes = 0;
    }
}
