namespace Strata.Arrow;

/// <summary>Several children of one length; a struct may be null whatever its children hold.</summary>
public sealed class StructArray : ArrowArray
{
    private readonly IArrowArray[] _fields;

    /// <summary>A view of <paramref name="data"/>; nothing is copied.</summary>
    /// <exception cref="ArgumentException">The data is of another type.</exception>
    public StructArray(ArrayData data)
        : base(Checked(data, ArrowTypeId.Struct))
    {
        _fields = new IArrowArray[data.Children.Count];
        for (int k = 0; k < _fields.Length; k++)
            _fields[k] = ArrowArrayFactory.BuildArray(data.Children[k].Slice(data.Offset, data.Length));
    }

    /// <summary>Names and types of the children.</summary>
    public new StructType DataType => (StructType)base.DataType;

    /// <summary>The children, cut to this slice.</summary>
    public IReadOnlyList<IArrowArray> Fields => _fields;

    /// <summary>The first child of this name, or null.</summary>
    public IArrowArray? Field(string name)
    {
        for (int k = 0; k < _fields.Length; k++)
        {
            if (DataType.Fields[k].Name == name)
                return _fields[k];
        }

        return null;
    }

    /// <param name="type">The fields; one child each, in order.</param>
    /// <param name="children">Arrays of one length.</param>
    /// <param name="length">Needed for a struct without fields.</param>
    /// <param name="isValid">One entry a struct, or empty for no nulls.</param>
    public static StructArray From(StructType type, IReadOnlyList<IArrowArray> children, int length, ReadOnlySpan<bool> isValid = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(children.Count, type.Fields.Count, nameof(children));
        for (int k = 0; k < children.Count; k++)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(children[k].Length, length, nameof(children));
            OffsetRules.RequireItemType(type.Fields[k], children[k]);
        }

        (ArrowBuffer validity, int nulls) = PrimitiveData.ValidityOf(isValid, length);
        return new StructArray(new ArrayData(type, length, nulls, 0, [validity], [.. children.Select(c => c.Data)]));
    }
}
