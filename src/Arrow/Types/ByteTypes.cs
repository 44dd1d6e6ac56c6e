namespace Strata.Arrow;

public sealed record NullType : ArrowType
{
    public static readonly NullType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Null;

    public override string Name => "null";

    internal override ArrowLayout Layout => ArrowLayout.Null;

    protected override string Describe() => "Null";
}

public sealed record BooleanType : ArrowType
{
    public static readonly BooleanType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Boolean;

    public override string Name => "bool";

    internal override ArrowLayout Layout => ArrowLayout.Bits;

    protected override string Describe() => "Boolean";
}

public sealed record StringType : ArrowType
{
    public static readonly StringType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.String;

    public override string Name => "utf8";

    internal override ArrowLayout Layout => ArrowLayout.Binary;

    protected override string Describe() => "Utf8";
}

public sealed record BinaryType : ArrowType
{
    public static readonly BinaryType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Binary;

    public override string Name => "binary";

    internal override ArrowLayout Layout => ArrowLayout.Binary;

    protected override string Describe() => "Binary";
}

public sealed record LargeStringType : ArrowType
{
    public static readonly LargeStringType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.LargeString;

    public override string Name => "large_utf8";

    internal override ArrowLayout Layout => ArrowLayout.LargeBinary;

    protected override string Describe() => "LargeUtf8";
}

public sealed record LargeBinaryType : ArrowType
{
    public static readonly LargeBinaryType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.LargeBinary;

    public override string Name => "large_binary";

    internal override ArrowLayout Layout => ArrowLayout.LargeBinary;

    protected override string Describe() => "LargeBinary";
}

public sealed record StringViewType : ArrowType
{
    public static readonly StringViewType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.StringView;

    public override string Name => "utf8_view";

    internal override ArrowLayout Layout => ArrowLayout.View;

    protected override string Describe() => "Utf8View";
}

public sealed record BinaryViewType : ArrowType
{
    public static readonly BinaryViewType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.BinaryView;

    public override string Name => "binary_view";

    internal override ArrowLayout Layout => ArrowLayout.View;

    protected override string Describe() => "BinaryView";
}

/// <summary>Values of exactly <paramref name="ByteWidth"/> bytes.</summary>
public sealed record FixedSizeBinaryType(int ByteWidth) : FixedWidthType
{
    public override ArrowTypeId TypeId => ArrowTypeId.FixedSizedBinary;

    public override string Name => "fixed_size_binary";

    internal override int ValueBytes => ByteWidth;

    protected override string Describe() => $"FixedSizeBinary({ByteWidth})";
}

/// <summary>A decimal number: an integer of <see cref="FixedWidthType.BitWidth"/> bits times 10^-<paramref name="Scale"/>.</summary>
public abstract record DecimalType(int Precision, int Scale) : FixedWidthType
{
    protected sealed override string Describe() => $"Decimal{BitWidth}({Precision}, {Scale})";
}

public sealed record Decimal32Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal32;

    public override string Name => "decimal32";

    internal override int ValueBytes => 4;
}

public sealed record Decimal64Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal64;

    public override string Name => "decimal64";

    internal override int ValueBytes => 8;
}

public sealed record Decimal128Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal128;

    public override string Name => "decimal128";

    internal override int ValueBytes => 16;
}

public sealed record Decimal256Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal256;

    public override string Name => "decimal256";

    internal override int ValueBytes => 32;
}
