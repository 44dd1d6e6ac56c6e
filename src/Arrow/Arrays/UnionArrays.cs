using System.Runtime.InteropServices;

namespace Strata.Arrow;

/// <summary>Values of several child types; a union has no nulls of its own, its children may have.</summary>
public abstract class UnionArray : ArrowArray
{
    private readonly int[] _childOfTypeId = new int[128];
    private protected IArrowArray[] Children { get; }

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    protected UnionArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.Union))
    {
        Type = (UnionType)data.DataType;
        Children = new IArrowArray[data.Children.Count];
        _childOfTypeId.AsSpan().Fill(-1);
        for (int k = 0; k < Children.Length; k++)
        {
            Children[k] = ArrowArrayFactory.BuildArray(data.Children[k]);
            _childOfTypeId[Type.TypeIds[k]] = k;
        }
    }

    /// <summary>The types of the children, and the ids that select them.</summary>
    public UnionType Type { get; }

    /// <summary>Whether children hold only their own values.</summary>
    public UnionMode Mode => Type.Mode;

    /// <summary>The type id of each value of this slice.</summary>
    public ReadOnlySpan<sbyte> TypeIds => MemoryMarshal.Cast<byte, sbyte>(Data.Buffers[0].Span).Slice(Offset, Length);

    /// <summary>The whole child arrays, in the order of the type's fields.</summary>
    public IReadOnlyList<IArrowArray> Fields => Children;

    /// <summary>Which child holds value <paramref name="index"/>, and at which position in it.</summary>
    public (int Child, int Position) Locate(int index) => (_childOfTypeId[TypeIds[index]], PositionOf(index));

    /// <inheritdoc/>
    public override bool IsValid(int index)
    {
        (int child, int position) = Locate(index);
        return Children[child].IsValid(position);
    }

    private protected abstract int PositionOf(int index);

    private protected static void RequireChildren(UnionType type, UnionMode mode, IReadOnlyList<IArrowArray> children)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (type.Mode != mode)
            throw new ArgumentException($"The type of a {mode} union is one; found {type}.", nameof(type));
        ArgumentOutOfRangeException.ThrowIfNotEqual(children.Count, type.Fields.Count, nameof(children));
        for (int k = 0; k < children.Count; k++)
            OffsetRules.RequireItemType(type.Fields[k], children[k]);
    }
}

/// <summary>Each child holds only its own values; offsets say where.</summary>
public sealed class DenseUnionArray(ArrayData data) : UnionArray(data)
{
    /// <summary>Where each value lies in its child.</summary>
    public ReadOnlySpan<int> ValueOffsets => Data.Buffers[1].As<int>().Slice(Offset, Length);

    /// <summary>Value k is that of the child with id typeIds[k], at offsets[k]. Copies ids and offsets only.</summary>
    /// <exception cref="ArgumentException">The type is no dense one, the children are not its fields, or an id or offset names nothing.</exception>
    public static DenseUnionArray From(UnionType type, ReadOnlySpan<sbyte> typeIds, ReadOnlySpan<int> offsets, IReadOnlyList<IArrowArray> children)
    {
        RequireChildren(type, UnionMode.Dense, children);
        ArgumentOutOfRangeException.ThrowIfNotEqual(offsets.Length, typeIds.Length, nameof(offsets));
        return new(ArrayValidator.Require(new ArrayData(type, typeIds.Length, 0, 0, [ArrowBuffer.Of(typeIds), ArrowBuffer.Of(offsets)], [.. children.Select(child => child.Data)])));
    }

    private protected override int PositionOf(int index) => ValueOffsets[index];
}

/// <summary>Each child is as long as the union.</summary>
public sealed class SparseUnionArray(ArrayData data) : UnionArray(data)
{
    /// <summary>Value k is that of the child with id typeIds[k], at k. Copies the ids only.</summary>
    /// <exception cref="ArgumentException">The type is no sparse one, the children are not its fields or not as long as the ids, or an id names nothing.</exception>
    public static SparseUnionArray From(UnionType type, ReadOnlySpan<sbyte> typeIds, IReadOnlyList<IArrowArray> children)
    {
        RequireChildren(type, UnionMode.Sparse, children);
        foreach (IArrowArray child in children)
            ArgumentOutOfRangeException.ThrowIfNotEqual(child.Length, typeIds.Length, nameof(children));
        return new(ArrayValidator.Require(new ArrayData(type, typeIds.Length, 0, 0, [ArrowBuffer.Of(typeIds), ArrowBuffer.Empty], [.. children.Select(child => child.Data)])));
    }

    private protected override int PositionOf(int index) => Offset + index;
}
