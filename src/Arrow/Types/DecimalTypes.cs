namespace Strata.Arrow;

/// <summary>A decimal number: an integer of <see cref="FixedWidthType.BitWidth"/> bits times 10^-<paramref name="Scale"/>.</summary>
/// <param name="Precision">Decimal digits of the largest value.</param>
/// <param name="Scale">Digits behind the point; negative ones are zeros before it.</param>
public abstract record DecimalType(int Precision, int Scale) : FixedWidthType
{
    /// <inheritdoc/>
    protected sealed override string Describe() => $"Decimal{BitWidth}({Precision}, {Scale})";
}

/// <summary>Decimals of 32 bits.</summary>
/// <param name="Precision">Decimal digits of the largest value, 1 to 9.</param>
/// <param name="Scale">Digits behind the point; negative ones are zeros before it.</param>
public sealed record Decimal32Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal32;

    /// <inheritdoc/>
    public override string Name => "decimal32";

    internal override int ValueBytes => 4;
}

/// <summary>Decimals of 64 bits.</summary>
/// <param name="Precision">Decimal digits of the largest value, 1 to 18.</param>
/// <param name="Scale">Digits behind the point; negative ones are zeros before it.</param>
public sealed record Decimal64Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal64;

    /// <inheritdoc/>
    public override string Name => "decimal64";

    internal override int ValueBytes => 8;
}

/// <summary>Decimals of 128 bits.</summary>
/// <param name="Precision">Decimal digits of the largest value, 1 to 38.</param>
/// <param name="Scale">Digits behind the point; negative ones are zeros before it.</param>
public sealed record Decimal128Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal128;

    /// <inheritdoc/>
    public override string Name => "decimal128";

    internal override int ValueBytes => 16;
}

/// <summary>Decimals of 256 bits.</summary>
/// <param name="Precision">Decimal digits of the largest value, 1 to 76.</param>
/// <param name="Scale">Digits behind the point; negative ones are zeros before it.</param>
public sealed record Decimal256Type(int Precision, int Scale) : DecimalType(Precision, Scale)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Decimal256;

    /// <inheritdoc/>
    public override string Name => "decimal256";

    internal override int ValueBytes => 32;
}
