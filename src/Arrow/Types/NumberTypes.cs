namespace Strata.Arrow;

/// <summary>An integer or floating-point type.</summary>
public abstract record NumberType : FixedWidthType;

public sealed record Int8Type : NumberType
{
    public static readonly Int8Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Int8;

    public override string Name => "int8";

    internal override int ValueBytes => 1;

    protected override string Describe() => "Int8";
}

public sealed record UInt8Type : NumberType
{
    public static readonly UInt8Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.UInt8;

    public override string Name => "uint8";

    internal override int ValueBytes => 1;

    protected override string Describe() => "UInt8";
}

public sealed record Int16Type : NumberType
{
    public static readonly Int16Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Int16;

    public override string Name => "int16";

    internal override int ValueBytes => 2;

    protected override string Describe() => "Int16";
}

public sealed record UInt16Type : NumberType
{
    public static readonly UInt16Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.UInt16;

    public override string Name => "uint16";

    internal override int ValueBytes => 2;

    protected override string Describe() => "UInt16";
}

public sealed record Int32Type : NumberType
{
    public static readonly Int32Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Int32;

    public override string Name => "int32";

    internal override int ValueBytes => 4;

    protected override string Describe() => "Int32";
}

public sealed record UInt32Type : NumberType
{
    public static readonly UInt32Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.UInt32;

    public override string Name => "uint32";

    internal override int ValueBytes => 4;

    protected override string Describe() => "UInt32";
}

public sealed record Int64Type : NumberType
{
    public static readonly Int64Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Int64;

    public override string Name => "int64";

    internal override int ValueBytes => 8;

    protected override string Describe() => "Int64";
}

public sealed record UInt64Type : NumberType
{
    public static readonly UInt64Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.UInt64;

    public override string Name => "uint64";

    internal override int ValueBytes => 8;

    protected override string Describe() => "UInt64";
}

public sealed record HalfFloatType : NumberType
{
    public static readonly HalfFloatType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.HalfFloat;

    public override string Name => "halffloat";

    internal override int ValueBytes => 2;

    protected override string Describe() => "Float16";
}

public sealed record FloatType : NumberType
{
    public static readonly FloatType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Float;

    public override string Name => "float";

    internal override int ValueBytes => 4;

    protected override string Describe() => "Float32";
}

public sealed record DoubleType : NumberType
{
    public static readonly DoubleType Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Double;

    public override string Name => "double";

    internal override int ValueBytes => 8;

    protected override string Describe() => "Float64";
}
