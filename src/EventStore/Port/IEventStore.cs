using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>The log: append in one transaction, read in order, wait for more. Each adapter passes the same conformance suite. Source: DESIGN §4, §5, rules 2 and 3.</summary>
public interface IEventStore : IReadLog
{
    Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken);

    /// <summary>Whole streams in the order asked for, in one round trip; one that does not exist has version 0.</summary>
    Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken);

    /// <summary>What a reader may see now, without waiting for anybody.</summary>
    async Task<LogEnd> EndAsync(CancellationToken cancellationToken) => new(await HeadAsync(cancellationToken).ConfigureAwait(false), HeldBack: null);

    /// <summary>With what the last append of this process was refused for want of room; null: none was, or one was kept since.</summary>
    string? NoRoom => null;

    /// <summary>By hash, without those that nobody appended. Each content is checked against its hash.</summary>
    /// <exception cref="LogDamagedException">A content is not what was appended.</exception>
    Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken);

    Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken);
}
