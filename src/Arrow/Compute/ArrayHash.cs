using System.Security.Cryptography;

namespace Strata.Arrow;

/// <summary>
/// Feeds hashes with what arrays say: arrays of one type that <see cref="ArrayEquality"/> finds equal feed them the same bytes. A value that several places may show (the entry of a dictionary, a
/// run, a view) goes in as a hash of its own, which is made once: the time goes with what is there, not with what it unfolds to. Where parts overlap without being the same, the budget ends it.
/// </summary>
public sealed class ArrayHash(ValueBudget budget) : IDisposable
{
    private readonly ValueHash _values = new(budget);

    /// <summary>Feeds <paramref name="hash"/> with the type-dependent form of all values; the type itself is not part of it.</summary>
    /// <exception cref="ArrowFormatException">The budget is spent; the hash is of no use then.</exception>
    public void Append(IncrementalHash hash, IArrowArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Append(hash, array, 0, array.Length);
    }

    /// <summary>As of a slice of the array; what is shared with other slices of it is hashed once.</summary>
    /// <inheritdoc cref="Append(IncrementalHash, IArrowArray)"/>
    public void Append(IncrementalHash hash, IArrowArray array, int start, int length)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ArgumentNullException.ThrowIfNull(array);
        var input = new HashInput(hash, budget);
        _values.Items(input, array.Data, start, length);
        input.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();
}
