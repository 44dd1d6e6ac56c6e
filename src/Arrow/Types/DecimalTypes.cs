namespace Strata.Arrow;

/// <summary>A decimal number: an integer of <see cref="FixedWidthType.BitWidth"/> bits times 10^-<paramref name="Scale"/>.</summary>
public abstract record DecimalType(int Precision, int Scale) : FixedWidthType
{
    /// <inheritdoc/>
    protected sealed override string Describe() => $"Decimal{BitWidth}({Precision}, {Scale})";
}

/// <summary>Decimals of 32 bits.</summary>
public sealed record Decimal32Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal32;

    /// <inheritdoc/>
    public override string Name => "decimal32";

    internal override int ValueBytes => 4;
}

/// <summary>Decimals of 64 bits.</summary>
public sealed record Decimal64Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal64;

    /// <inheritdoc/>
    public override string Name => "decimal64";

    internal override int ValueBytes => 8;
}

/// <summary>Decimals of 128 bits.</summary>
public sealed record Decimal128Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal128;

    /// <inheritdoc/>
    public override string Name => "decimal128";

    internal override int ValueBytes => 16;
}

/// <summary>Decimals of 256 bits.</summary>
public sealed record Decimal256Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal256;

    /// <inheritdoc/>
    public override string Name => "decimal256";

    internal override int ValueBytes => 32;
}
