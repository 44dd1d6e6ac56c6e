namespace Strata.Arrow;

/// <summary>What one step of a time is.</summary>
public enum TimeUnit
{
    /// <summary>10^9 ns.</summary>
    Second,

    /// <summary>10^6 ns.</summary>
    Millisecond,

    /// <summary>1,000 ns.</summary>
    Microsecond,

    /// <summary>1 ns; the only one that a timeline may have (rrd-format §4.4).</summary>
    Nanosecond,
}

/// <summary>What an interval counts.</summary>
public enum IntervalUnit
{
    /// <summary>Months, 32 bits.</summary>
    YearMonth,

    /// <summary>Days and milliseconds, 32 bits each.</summary>
    DayTime,

    /// <summary>Months and days of 32 bits, nanoseconds of 64.</summary>
    MonthDayNanosecond,
}

/// <summary>Days since 1970-01-01.</summary>
public sealed record Date32Type : FixedWidthType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly Date32Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Date32;

    /// <inheritdoc/>
    public override string Name => "date32";

    internal override int ValueBytes => 4;

    /// <inheritdoc/>
    protected override string Describe() => "Date32";
}

/// <summary>Milliseconds since 1970-01-01, whole days.</summary>
public sealed record Date64Type : FixedWidthType
{
    /// <summary>The only instance: the type has no parameters.</summary>
    public static readonly Date64Type Default = new();

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Date64;

    /// <inheritdoc/>
    public override string Name => "date64";

    internal override int ValueBytes => 8;

    /// <inheritdoc/>
    protected override string Describe() => "Date64";
}

/// <summary>A time that counts steps of a <paramref name="Unit"/>.</summary>
/// <param name="Unit">Of the numbers.</param>
public abstract record TimeBasedType(TimeUnit Unit) : FixedWidthType
{
    internal static string Short(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => "s",
        TimeUnit.Millisecond => "ms",
        TimeUnit.Microsecond => "µs",
        _ => "ns",
    };
}

/// <summary>Time of day in seconds or milliseconds.</summary>
/// <param name="Unit">Seconds or milliseconds.</param>
public sealed record Time32Type(TimeUnit Unit) : TimeBasedType(Unit)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Time32;

    /// <inheritdoc/>
    public override string Name => "time32";

    internal override int ValueBytes => 4;

    /// <inheritdoc/>
    protected override string Describe() => $"Time32({Short(Unit)})";
}

/// <summary>Time of day in micro- or nanoseconds.</summary>
/// <param name="Unit">Micro- or nanoseconds.</param>
public sealed record Time64Type(TimeUnit Unit) : TimeBasedType(Unit)
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Time64;

    /// <inheritdoc/>
    public override string Name => "time64";

    internal override int ValueBytes => 8;

    /// <inheritdoc/>
    protected override string Describe() => $"Time64({Short(Unit)})";
}

/// <summary>An instant since 1970-01-01T00:00:00Z; <paramref name="Timezone"/> is null for a type without one.</summary>
/// <param name="Unit">Of the numbers.</param>
/// <param name="Timezone">As the file names it; null: none.</param>
public sealed record TimestampType(TimeUnit Unit, string? Timezone = null) : TimeBasedType(Unit)
{
    /// <summary>In nanoseconds and without time zone: Rerun's own (rrd-format §6).</summary>
    public static readonly TimestampType Nanosecond = new(TimeUnit.Nanosecond);

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Timestamp;

    /// <inheritdoc/>
    public override string Name => "timestamp";

    internal override int ValueBytes => 8;

    /// <inheritdoc/>
    protected override string Describe() => Timezone is null ? $"Timestamp({Short(Unit)})" : $"Timestamp({Short(Unit)}, \"{Timezone}\")";
}

/// <summary>A length of time: 64 bits, signed, in <paramref name="Unit"/>s.</summary>
/// <param name="Unit">Of the numbers.</param>
public sealed record DurationType(TimeUnit Unit) : TimeBasedType(Unit)
{
    /// <summary>In nanoseconds: Rerun's own (rrd-format §6).</summary>
    public static readonly DurationType Nanosecond = new(TimeUnit.Nanosecond);

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Duration;

    /// <inheritdoc/>
    public override string Name => "duration";

    internal override int ValueBytes => 8;

    /// <inheritdoc/>
    protected override string Describe() => $"Duration({Short(Unit)})";
}

/// <summary>A length of time in the parts of a calendar.</summary>
/// <param name="Unit">Which parts the values have.</param>
public sealed record IntervalType(IntervalUnit Unit) : FixedWidthType
{
    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Interval;

    /// <inheritdoc/>
    public override string Name => "interval";

    internal override int ValueBytes => Unit switch
    {
        IntervalUnit.YearMonth => 4,
        IntervalUnit.DayTime => 8,
        _ => 16,
    };

    /// <inheritdoc/>
    protected override string Describe() => Unit == IntervalUnit.MonthDayNanosecond ? "Interval(MonthDayNano)" : $"Interval({Unit})";
}
