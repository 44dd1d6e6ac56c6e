namespace Strata.Arrow;

/// <summary>Several named children of one length.</summary>
public sealed record StructType : ArrowType
{
    /// <summary>Copies <paramref name="fields"/>.</summary>
    public StructType(IReadOnlyList<Field> fields) => Fields = [.. fields];

    /// <summary>Names and types of the children.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Struct;

    /// <inheritdoc/>
    public override string Name => "struct";

    internal override ArrowLayout Layout => ArrowLayout.Struct;

    /// <inheritdoc/>
    public bool Equals(StructType? other) => other is not null && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(TypeId, FieldWords.Hash(Fields));

    /// <inheritdoc/>
    protected override string Describe() => $"Struct({string.Join(", ", Fields.Select(FieldWords.Named))})";
}

/// <summary>How the children of a union lie.</summary>
public enum UnionMode
{
    /// <summary>Each child is as long as the union.</summary>
    Sparse,

    /// <summary>Each child holds only its own values; offsets say where.</summary>
    Dense,
}

/// <summary>One of several child types per value; <see cref="TypeIds"/>[k] is the id that selects <see cref="Fields"/>[k].</summary>
public sealed record UnionType : ArrowType
{
    /// <summary>Copies what it is given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is not one id for each field.</exception>
    public UnionType(IReadOnlyList<Field> fields, IReadOnlyList<int> typeIds, UnionMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(typeIds.Count, fields.Count);
        Fields = [.. fields];
        TypeIds = [.. typeIds];
        Mode = mode;
    }

    /// <summary>Names and types of the children.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>0 to 127, one a field.</summary>
    public IReadOnlyList<int> TypeIds { get; }

    /// <summary>How the children lie.</summary>
    public UnionMode Mode { get; }

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Union;

    /// <inheritdoc/>
    public override string Name => "union";

    internal override ArrowLayout Layout => Mode == UnionMode.Dense ? ArrowLayout.DenseUnion : ArrowLayout.SparseUnion;

    /// <inheritdoc/>
    public bool Equals(UnionType? other) => other is not null && Mode == other.Mode && TypeIds.SequenceEqual(other.TypeIds) && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(TypeId, Mode, FieldWords.Hash(Fields));

    /// <inheritdoc/>
    protected override string Describe() => $"Union({Mode}, {string.Join(", ", Fields.Select((f, k) => $"{TypeIds[k]}: ({FieldWords.Named(f)})"))})";
}

/// <summary>Indices into a separate array of distinct values.</summary>
/// <param name="IndexType">An integer type.</param>
/// <param name="ValueType">Of the distinct values.</param>
/// <param name="Ordered">Whether the order of the values means something.</param>
public sealed record DictionaryType(ArrowType IndexType, ArrowType ValueType, bool Ordered = false) : ArrowType
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Dictionary;

    /// <inheritdoc/>
    public override string Name => "dictionary";

    internal override ArrowLayout Layout => ArrowLayout.Dictionary;

    internal override int ValueBytes => IndexType.ValueBytes;

    /// <inheritdoc/>
    protected override string Describe() => $"Dictionary({IndexType}, {ValueType})";
}

/// <summary>Runs of equal values: child 0 holds where each run ends, child 1 its value.</summary>
/// <param name="RunEndsField">Int16, Int32 or Int64, without nulls.</param>
/// <param name="ValuesField">The value of each run.</param>
public sealed record RunEndEncodedType(Field RunEndsField, Field ValuesField) : ArrowType
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.RunEndEncoded;

    /// <inheritdoc/>
    public override string Name => "run_end_encoded";

    internal override ArrowLayout Layout => ArrowLayout.RunEndEncoded;

    /// <inheritdoc/>
    protected override string Describe() => $"RunEndEncoded({FieldWords.Named(RunEndsField)}, {FieldWords.Named(ValuesField)})";
}
