using System.Buffers;
using System.Security.Cryptography;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Reads a file once, from its beginning to its end, in large pieces that are hashed as they pass, and hands out what lies in the piece at hand. Who reads in the order
/// of the file gets its content and its SHA-256 for the same reads. Not safe for concurrent use.
/// </summary>
/// <param name="read">Told of each piece.</param>
internal sealed class HashedPass(IRandomAccessBytes source, Action<long> read) : IRandomAccessBytes, IDisposable
{
    /// <summary>As much as the store asks for in one request; with it and the largest chunk in memory a file of any size passes through.</summary>
    private const int PieceBytes = 8 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _piece = ArrayPool<byte>.Shared.Rent((int)Math.Min(PieceBytes, Math.Max(source.Length, 1)));
    private long _start;
    private int _count;

    public long Length => source.Length;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(Length - offset, 0, count));
        return bytes.AsMemory(0, await ReadIntoAsync(offset, bytes, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<int> ReadIntoAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var wanted = destination[..(int)Math.Clamp(Length - offset, 0, destination.Length)];
        for (var filled = 0; filled < wanted.Length;)
        {
            var at = offset + filled;
            if (at < _start)
            {
                // Chunks that overlap, or that an index lists in another order than the file.
                filled += await source.ReadIntoAsync(at, wanted.Slice(filled, (int)Math.Min(wanted.Length - filled, _start - at)), cancellationToken).ConfigureAwait(false);
            }
            else if (at >= _start + _count)
            {
                await AdvanceAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var part = _piece.AsMemory((int)(at - _start), (int)Math.Min(wanted.Length - filled, _start + _count - at));
                part.CopyTo(wanted[filled..]);
                filled += part.Length;
            }
        }

        return wanted.Length;
    }

    /// <summary>Reads what is left.</summary>
    /// <returns>SHA-256 of the whole file.</returns>
    public async ValueTask<Sha256Digest> FinishAsync(CancellationToken cancellationToken)
    {
        while (_start + _count < Length)
        {
            await AdvanceAsync(cancellationToken).ConfigureAwait(false);
        }

        return Sha256Digest.FromBytes(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_piece);
        _hash.Dispose();
    }

    private async ValueTask AdvanceAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = _start + _count;
        var size = (int)Math.Min(Math.Min(PieceBytes, _piece.Length), Length - start);
        if (await source.ReadIntoAsync(start, _piece.AsMemory(0, size), cancellationToken).ConfigureAwait(false) is var count && count < size)
        {
            throw new EndOfStreamException($"expected {Length} bytes, found {start + count}");
        }

        (_start, _count) = (start, size);
        _hash.AppendData(_piece, 0, size);
        read(size);
    }
}
