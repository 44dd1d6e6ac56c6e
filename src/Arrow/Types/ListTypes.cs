using System.Globalization;

namespace Strata.Arrow;

/// <summary>A type whose values are runs of one child array.</summary>
/// <param name="ValueField">Name, type and nullability of the items.</param>
public abstract record ListLikeType(Field ValueField) : ArrowType
{
    /// <summary>The type of the items.</summary>
    public ArrowType ValueDataType => ValueField.DataType;

    private protected string DescribeItem() => FieldWords.Item(ValueField);
}

/// <summary>Lists with 32-bit offsets; what every component of a chunk is (rrd-format §4.5).</summary>
/// <param name="ValueField">Name, type and nullability of the items.</param>
public sealed record ListType(Field ValueField) : ListLikeType(ValueField)
{
    /// <summary>Items as Rerun names them: <c>item</c>, nullable, without metadata.</summary>
    public ListType(ArrowType itemType)
        : this(new Field("item", itemType, nullable: true))
    {
    }

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.List;

    /// <inheritdoc/>
    public override string Name => "list";

    internal override ArrowLayout Layout => ArrowLayout.List;

    /// <inheritdoc/>
    protected override string Describe() => $"List({DescribeItem()})";
}

/// <summary>Lists with 64-bit offsets.</summary>
/// <param name="ValueField">Name, type and nullability of the items.</param>
public sealed record LargeListType(Field ValueField) : ListLikeType(ValueField)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.LargeList;

    /// <inheritdoc/>
    public override string Name => "large_list";

    internal override ArrowLayout Layout => ArrowLayout.LargeList;

    /// <inheritdoc/>
    protected override string Describe() => $"LargeList({DescribeItem()})";
}

/// <summary>Lists by offset and size, 32 bits each.</summary>
/// <param name="ValueField">Name, type and nullability of the items.</param>
public sealed record ListViewType(Field ValueField) : ListLikeType(ValueField)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.ListView;

    /// <inheritdoc/>
    public override string Name => "list_view";

    internal override ArrowLayout Layout => ArrowLayout.ListView;

    /// <inheritdoc/>
    protected override string Describe() => $"ListView({DescribeItem()})";
}

/// <summary>Lists by offset and size, 64 bits each.</summary>
/// <param name="ValueField">Name, type and nullability of the items.</param>
public sealed record LargeListViewType(Field ValueField) : ListLikeType(ValueField)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.LargeListView;

    /// <inheritdoc/>
    public override string Name => "large_list_view";

    internal override ArrowLayout Layout => ArrowLayout.LargeListView;

    /// <inheritdoc/>
    protected override string Describe() => $"LargeListView({DescribeItem()})";
}

/// <summary>Lists of exactly <paramref name="ListSize"/> items each.</summary>
/// <param name="ValueField">Name, type and nullability of the items.</param>
/// <param name="ListSize">Items of each list.</param>
public sealed record FixedSizeListType(Field ValueField, int ListSize) : ListLikeType(ValueField)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.FixedSizeList;

    /// <inheritdoc/>
    public override string Name => "fixed_size_list";

    internal override ArrowLayout Layout => ArrowLayout.FixedSizeList;

    /// <inheritdoc/>
    protected override string Describe() => string.Create(CultureInfo.InvariantCulture, $"FixedSizeList({ListSize} x {DescribeItem()})");
}

/// <summary>Lists of key and value; <see cref="ListLikeType.ValueField"/> is the entries struct with these two children.</summary>
/// <param name="ValueField">The entries: a struct of key and value.</param>
/// <param name="KeySorted">Whether the keys of each map ascend.</param>
public sealed record MapType(Field ValueField, bool KeySorted) : ListLikeType(ValueField)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Map;

    /// <inheritdoc/>
    public override string Name => "map";

    internal override ArrowLayout Layout => ArrowLayout.List;

    /// <summary>Name and type of the keys; never nullable.</summary>
    public Field KeyField => ((StructType)ValueField.DataType).Fields[0];

    /// <summary>Name and type of the values.</summary>
    public Field ItemField => ((StructType)ValueField.DataType).Fields[1];

    /// <inheritdoc/>
    protected override string Describe() => $"Map({FieldWords.Named(ValueField)}, {(KeySorted ? "sorted" : "unsorted")})";
}
