using System.Globalization;

namespace Strata.Arrow;

/// <summary>A type whose values are runs of one child array.</summary>
public abstract record ListLikeType(Field ValueField) : ArrowType
{
    public ArrowType ValueDataType => ValueField.DataType;

    private protected string DescribeItem() => FieldWords.Item(ValueField);
}

public sealed record ListType(Field ValueField) : ListLikeType(ValueField)
{
    public ListType(ArrowType itemType)
        : this(new Field("item", itemType, nullable: true))
    {
    }

    public override ArrowTypeId TypeId => ArrowTypeId.List;

    public override string Name => "list";

    internal override ArrowLayout Layout => ArrowLayout.List;

    protected override string Describe() => $"List({DescribeItem()})";
}

public sealed record LargeListType(Field ValueField) : ListLikeType(ValueField)
{
    public override ArrowTypeId TypeId => ArrowTypeId.LargeList;

    public override string Name => "large_list";

    internal override ArrowLayout Layout => ArrowLayout.LargeList;

    protected override string Describe() => $"LargeList({DescribeItem()})";
}

public sealed record ListViewType(Field ValueField) : ListLikeType(ValueField)
{
    public override ArrowTypeId TypeId => ArrowTypeId.ListView;

    public override string Name => "list_view";

    internal override ArrowLayout Layout => ArrowLayout.ListView;

    protected override string Describe() => $"ListView({DescribeItem()})";
}

public sealed record LargeListViewType(Field ValueField) : ListLikeType(ValueField)
{
    public override ArrowTypeId TypeId => ArrowTypeId.LargeListView;

    public override string Name => "large_list_view";

    internal override ArrowLayout Layout => ArrowLayout.LargeListView;

    protected override string Describe() => $"LargeListView({DescribeItem()})";
}

/// <summary>Lists of exactly <paramref name="ListSize"/> items each.</summary>
public sealed record FixedSizeListType(Field ValueField, int ListSize) : ListLikeType(ValueField)
{
    public override ArrowTypeId TypeId => ArrowTypeId.FixedSizeList;

    public override string Name => "fixed_size_list";

    internal override ArrowLayout Layout => ArrowLayout.FixedSizeList;

    protected override string Describe() => string.Create(CultureInfo.InvariantCulture, $"FixedSizeList({ListSize} x {DescribeItem()})");
}

/// <summary>Lists of key and value; <see cref="ListLikeType.ValueField"/> is the entries struct with these two children.</summary>
public sealed record MapType(Field ValueField, bool KeySorted) : ListLikeType(ValueField)
{
    public override ArrowTypeId TypeId => ArrowTypeId.Map;

    public override string Name => "map";

    internal override ArrowLayout Layout => ArrowLayout.List;

    public Field KeyField => ((StructType)ValueField.DataType).Fields[0];

    public Field ItemField => ((StructType)ValueField.DataType).Fields[1];

    protected override string Describe() => $"Map({FieldWords.Named(ValueField)}, {(KeySorted ? "sorted" : "unsorted")})";
}
