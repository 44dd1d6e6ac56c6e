using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>
/// A SHA-256 over what a chunk says: entity, timelines, components, types and values, not ids and not the bytes behind nulls. Two chunks have one digest when
/// <see cref="ArrayEquality"/> finds their columns equal.
/// </summary>
/// <param name="budget">What the values of all chunks may cost.</param>
internal sealed class ChunkDigest(ValueBudget budget) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <param name="counts">Whether a timeline of this name is compared.</param>
    /// <exception cref="ArrowFormatException">The budget is spent.</exception>
    public string Of(Chunk chunk, Func<string, bool> counts)
    {
        using var values = new ArrayHash(budget);
        Add(chunk.EntityPath.ToString());
        Add(chunk.NumRows);
        foreach (var timeline in chunk.Timelines.Where(timeline => counts(timeline.Name)))
        {
            Add(timeline.Name);
            Add((int)timeline.Kind);
            values.Append(_hash, timeline.Array);
        }
        // That there is one at all: a static chunk is another one.
        Add(chunk.IsStatic ? 1 : 0);
        foreach (var component in chunk.Components)
        {
            Add(component.Descriptor.Archetype ?? "");
            Add(component.Descriptor.Component);
            Add(component.Descriptor.ComponentType ?? "");
            Add(component.Lists.DataType.ToString()!);
            values.Append(_hash, component.Lists);
        }
        return Convert.ToHexString(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Add(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        _hash.AppendData(bytes);
    }

    private void Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    private void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        _hash.AppendData(bytes);
    }
}
