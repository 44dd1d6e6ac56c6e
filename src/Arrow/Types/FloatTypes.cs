namespace Strata.Arrow;

/// <summary>Floating-point numbers of 16 bits.</summary>
public sealed record HalfFloatType : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly HalfFloatType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.HalfFloat;

    /// <inheritdoc/>
    public override string Name => "halffloat";

    internal override int ValueBytes => 2;

    /// <inheritdoc/>
    protected override string Describe() => "Float16";
}

/// <summary>Floating-point numbers of 32 bits.</summary>
public sealed record FloatType : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly FloatType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Float;

    /// <inheritdoc/>
    public override string Name => "float";

    internal override int ValueBytes => 4;

    /// <inheritdoc/>
    protected override string Describe() => "Float32";
}

/// <summary>Floating-point numbers of 64 bits.</summary>
public sealed record DoubleType : NumberType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly DoubleType Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Double;

    /// <inheritdoc/>
    public override string Name => "double";

    internal override int ValueBytes => 8;

    /// <inheritdoc/>
    protected override string Describe() => "Float64";
}
