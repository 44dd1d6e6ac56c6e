namespace Strata.Arrow;

/// <summary>The name Apache.Arrow gives to a type seen without its parameters.</summary>
public interface IArrowType
{
    /// <summary>The type without its parameters.</summary>
    ArrowTypeId TypeId { get; }

    /// <summary>Apache's lower-case name, without parameters: <c>int64</c>, <c>list</c>.</summary>
    string Name { get; }
}

/// <summary>A logical Arrow type. Equality is structural; <see cref="ToString"/> gives arrow-rs' words (<c>List(Float64)</c>, <c>Timestamp(ns)</c>).</summary>
public abstract record ArrowType : IArrowType
{
    /// <summary>The type without its parameters.</summary>
    public abstract ArrowTypeId TypeId { get; }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>How values of this type lie in buffers. Source: rrd-format §3.4.</summary>
    internal abstract ArrowLayout Layout { get; }

    /// <summary>Bytes of a value of a fixed-width layout, else 0.</summary>
    internal virtual int ValueBytes => 0;

    /// <summary>The words of <see cref="ToString"/>.</summary>
    protected abstract string Describe();

    /// <inheritdoc/>
    public sealed override string ToString() => Describe();

    /// <summary>Whether its values are made of those of other types.</summary>
    public bool IsNested => Layout is >= ArrowLayout.List and <= ArrowLayout.RunEndEncoded;
}

/// <summary>A type whose values are all of one width.</summary>
public abstract record FixedWidthType : ArrowType
{
    internal override ArrowLayout Layout => ArrowLayout.FixedWidth;

    /// <summary>Bits of one value.</summary>
    public virtual int BitWidth => 8 * ValueBytes;
}

internal enum ArrowLayout
{
    Null,
    Bits,
    FixedWidth,
    Binary,
    LargeBinary,
    View,
    Dictionary,
    List,
    LargeList,
    ListView,
    LargeListView,
    FixedSizeList,
    Struct,
    DenseUnion,
    SparseUnion,
    RunEndEncoded,
}
