namespace Strata.Arrow;

public sealed record StructType : ArrowType
{
    public StructType(IReadOnlyList<Field> fields) => Fields = [.. fields];

    public IReadOnlyList<Field> Fields { get; }

    public override ArrowTypeId TypeId => ArrowTypeId.Struct;

    public override string Name => "struct";

    internal override ArrowLayout Layout => ArrowLayout.Struct;

    public bool Equals(StructType? other) => other is not null && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => HashCode.Combine(TypeId, FieldWords.Hash(Fields));

    protected override string Describe() => $"Struct({string.Join(", ", Fields.Select(FieldWords.Named))})";
}

public enum UnionMode
{
    Sparse,
    Dense,
}

/// <summary>One of several child types per value; <see cref="TypeIds"/>[k] is the id that selects <see cref="Fields"/>[k].</summary>
public sealed record UnionType : ArrowType
{
    public UnionType(IReadOnlyList<Field> fields, IReadOnlyList<int> typeIds, UnionMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(typeIds.Count, fields.Count);
        Fields = [.. fields];
        TypeIds = [.. typeIds];
        Mode = mode;
    }

    public IReadOnlyList<Field> Fields { get; }

    public IReadOnlyList<int> TypeIds { get; }

    public UnionMode Mode { get; }

    public override ArrowTypeId TypeId => ArrowTypeId.Union;

    public override string Name => "union";

    internal override ArrowLayout Layout => Mode == UnionMode.Dense ? ArrowLayout.DenseUnion : ArrowLayout.SparseUnion;

    public bool Equals(UnionType? other) => other is not null && Mode == other.Mode && TypeIds.SequenceEqual(other.TypeIds) && Fields.SequenceEqual(other.Fields);

    public override int GetHashCode() => HashCode.Combine(TypeId, Mode, FieldWords.Hash(Fields));

    protected override string Describe() => $"Union({Mode}, {string.Join(", ", Fields.Select((f, k) => $"{TypeIds[k]}: ({FieldWords.Named(f)})"))})";
}

/// <summary>Indices into a separate array of distinct values.</summary>
public sealed record DictionaryType(ArrowType IndexType, ArrowType ValueType, bool Ordered = false) : ArrowType
{
    public override ArrowTypeId TypeId => ArrowTypeId.Dictionary;

    public override string Name => "dictionary";

    internal override ArrowLayout Layout => ArrowLayout.Dictionary;

    internal override int ValueBytes => IndexType.ValueBytes;

    protected override string Describe() => $"Dictionary({IndexType}, {ValueType})";
}

/// <summary>Runs of equal values: child 0 holds where each run ends, child 1 its value.</summary>
public sealed record RunEndEncodedType(Field RunEndsField, Field ValuesField) : ArrowType
{
    public override ArrowTypeId TypeId => ArrowTypeId.RunEndEncoded;

    public override string Name => "run_end_encoded";

    internal override ArrowLayout Layout => ArrowLayout.RunEndEncoded;

    protected override string Describe() => $"RunEndEncoded({FieldWords.Named(RunEndsField)}, {FieldWords.Named(ValuesField)})";
}
