namespace Strata.Arrow;

/// <summary>No values: every entry is null.</summary>
public sealed record NullType : ArrowType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly NullType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Null;

    /// <inheritdoc/>
    public override string Name => "null";

    internal override ArrowLayout Layout => ArrowLayout.Null;

    /// <inheritdoc/>
    protected override string Describe() => "Null";
}

/// <summary>One bit a value.</summary>
public sealed record BooleanType : ArrowType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly BooleanType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Boolean;

    /// <inheritdoc/>
    public override string Name => "bool";

    internal override ArrowLayout Layout => ArrowLayout.Bits;

    /// <inheritdoc/>
    protected override string Describe() => "Boolean";
}

/// <summary>UTF-8 text with 32-bit offsets.</summary>
public sealed record StringType : ArrowType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly StringType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.String;

    /// <inheritdoc/>
    public override string Name => "utf8";

    internal override ArrowLayout Layout => ArrowLayout.Binary;

    /// <inheritdoc/>
    protected override string Describe() => "Utf8";
}

/// <summary>Bytes with 32-bit offsets.</summary>
public sealed record BinaryType : ArrowType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly BinaryType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Binary;

    /// <inheritdoc/>
    public override string Name => "binary";

    internal override ArrowLayout Layout => ArrowLayout.Binary;

    /// <inheritdoc/>
    protected override string Describe() => "Binary";
}

/// <summary>UTF-8 text with 64-bit offsets.</summary>
public sealed record LargeStringType : ArrowType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly LargeStringType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.LargeString;

    /// <inheritdoc/>
    public override string Name => "large_utf8";

    internal override ArrowLayout Layout => ArrowLayout.LargeBinary;

    /// <inheritdoc/>
    protected override string Describe() => "LargeUtf8";
}

/// <summary>Bytes with 64-bit offsets.</summary>
public sealed record LargeBinaryType : ArrowType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly LargeBinaryType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.LargeBinary;

    /// <inheritdoc/>
    public override string Name => "large_binary";

    internal override ArrowLayout Layout => ArrowLayout.LargeBinary;

    /// <inheritdoc/>
    protected override string Describe() => "LargeBinary";
}

/// <summary>UTF-8 text as 16-byte views.</summary>
public sealed record StringViewType : ArrowType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly StringViewType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.StringView;

    /// <inheritdoc/>
    public override string Name => "utf8_view";

    internal override ArrowLayout Layout => ArrowLayout.View;

    /// <inheritdoc/>
    protected override string Describe() => "Utf8View";
}

/// <summary>Bytes as 16-byte views.</summary>
public sealed record BinaryViewType : ArrowType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly BinaryViewType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.BinaryView;

    /// <inheritdoc/>
    public override string Name => "binary_view";

    internal override ArrowLayout Layout => ArrowLayout.View;

    /// <inheritdoc/>
    protected override string Describe() => "BinaryView";
}

/// <summary>Values of exactly <paramref name="ByteWidth"/> bytes.</summary>
/// <param name="ByteWidth">Bytes of each value.</param>
public sealed record FixedSizeBinaryType(int ByteWidth) : FixedWidthType
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.FixedSizedBinary;

    /// <inheritdoc/>
    public override string Name => "fixed_size_binary";

    internal override int ValueBytes => ByteWidth;

    /// <inheritdoc/>
    protected override string Describe() => $"FixedSizeBinary({ByteWidth})";
}
