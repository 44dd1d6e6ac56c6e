namespace Strata.Arrow;

/// <summary>An integer or floating-point type.</summary>
public abstract record NumberType : FixedWidthType;

/// <summary>Signed integers of 8 bits.</summary>
public sealed record Int8Type : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly Int8Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Int8;

    /// <inheritdoc/>
    public override string Name => "int8";

    internal override int ValueBytes => 1;

    /// <inheritdoc/>
    protected override string Describe() => "Int8";
}

/// <summary>Unsigned integers of 8 bits.</summary>
public sealed record UInt8Type : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly UInt8Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.UInt8;

    /// <inheritdoc/>
    public override string Name => "uint8";

    internal override int ValueBytes => 1;

    /// <inheritdoc/>
    protected override string Describe() => "UInt8";
}

/// <summary>Signed integers of 16 bits.</summary>
public sealed record Int16Type : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly Int16Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Int16;

    /// <inheritdoc/>
    public override string Name => "int16";

    internal override int ValueBytes => 2;

    /// <inheritdoc/>
    protected override string Describe() => "Int16";
}

/// <summary>Unsigned integers of 16 bits.</summary>
public sealed record UInt16Type : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly UInt16Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.UInt16;

    /// <inheritdoc/>
    public override string Name => "uint16";

    internal override int ValueBytes => 2;

    /// <inheritdoc/>
    protected override string Describe() => "UInt16";
}

/// <summary>Signed integers of 32 bits.</summary>
public sealed record Int32Type : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly Int32Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Int32;

    /// <inheritdoc/>
    public override string Name => "int32";

    internal override int ValueBytes => 4;

    /// <inheritdoc/>
    protected override string Describe() => "Int32";
}

/// <summary>Unsigned integers of 32 bits.</summary>
public sealed record UInt32Type : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly UInt32Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.UInt32;

    /// <inheritdoc/>
    public override string Name => "uint32";

    internal override int ValueBytes => 4;

    /// <inheritdoc/>
    protected override string Describe() => "UInt32";
}

/// <summary>Signed integers of 64 bits.</summary>
public sealed record Int64Type : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly Int64Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Int64;

    /// <inheritdoc/>
    public override string Name => "int64";

    internal override int ValueBytes => 8;

    /// <inheritdoc/>
    protected override string Describe() => "Int64";
}

/// <summary>Unsigned integers of 64 bits.</summary>
public sealed record UInt64Type : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly UInt64Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.UInt64;

    /// <inheritdoc/>
    public override string Name => "uint64";

    internal override int ValueBytes => 8;

    /// <inheritdoc/>
    protected override string Describe() => "UInt64";
}
