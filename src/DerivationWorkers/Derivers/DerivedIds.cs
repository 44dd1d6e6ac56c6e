using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Ids of what is derived: one nanosecond newer than all inputs, so that they win over what they stand beside and lose to what is written later; the low
/// bits come from the content. Nothing of a clock or of chance. Source: DESIGN rule 7.
/// </summary>
internal sealed class DerivedIds
{
    /// <summary>Two bits stay free, so that row ids count up from a chunk id without wrapping.</summary>
    private const ulong LowBits = ulong.MaxValue >> 2;

    private readonly ulong _timeNs;
    private readonly byte[] _seed;
    private int _ordinal;

    private DerivedIds(ulong timeNs, byte[] seed)
    {
        _timeNs = timeNs;
        _seed = seed;
    }

    /// <param name="segment">Two segments may derive the same values.</param>
    /// <param name="provenance">Its JSON.</param>
    /// <param name="times">Of the rows; empty for what has none.</param>
    /// <param name="values">Of the rows, or the one answer.</param>
    /// <exception cref="InvalidDataException">An input's id is so large that nothing can be newer.</exception>
    public static DerivedIds After(IReadOnlyList<InputLayer> inputs, string segment, ReadOnlySpan<byte> provenance, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        ulong newest = 0;
        foreach (var input in inputs)
        {
            newest = Math.Max(newest, input.NewestChunkId.TimeNs);
            foreach (var chunk in input.Chunks)
            {
                newest = Math.Max(newest, Math.Max(chunk.Id.TimeNs, NewestRowTime(chunk)));
            }
        }

        if (newest == ulong.MaxValue)
        {
            throw new InvalidDataException("the newest chunk or row id of the inputs: expected a time below 2^64 - 1 nanoseconds, found that; nothing derived can be newer");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(segment));
        hash.AppendData([0]);
        hash.AppendData(provenance);
        hash.AppendData(MemoryMarshal.AsBytes(times));
        hash.AppendData(MemoryMarshal.AsBytes(values));
        return new(newest + 1, hash.GetHashAndReset());
    }

    /// <summary>The id of the next chunk; its rows have the ids that follow it.</summary>
    public Tuid NextChunk()
    {
        Span<byte> input = stackalloc byte[SHA256.HashSizeInBytes + sizeof(int)];
        _seed.CopyTo(input);
        BinaryPrimitives.WriteInt32BigEndian(input[SHA256.HashSizeInBytes..], _ordinal++);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        return new(_timeNs, BinaryPrimitives.ReadUInt64BigEndian(digest) & LowBits);
    }

    private static ulong NewestRowTime(Chunk chunk)
    {
        ulong newest = 0;
        var bytes = chunk.RowIdBytes;
        for (var at = 0; at < bytes.Length; at += Tuid.Size)
        {
            newest = Math.Max(newest, BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]));
        }

        return newest;
    }
}
