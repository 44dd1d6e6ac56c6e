namespace Strata.Arrow;

public enum TimeUnit
{
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}

public enum IntervalUnit
{
    YearMonth,
    DayTime,
    MonthDayNanosecond,
}

/// <summary>Days since 1970-01-01.</summary>
public sealed record Date32Type : FixedWidthType
{
    public static readonly Date32Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Date32;

    public override string Name => "date32";

    internal override int ValueBytes => 4;

    protected override string Describe() => "Date32";
}

/// <summary>Milliseconds since 1970-01-01, whole days.</summary>
public sealed record Date64Type : FixedWidthType
{
    public static readonly Date64Type Default = new();

    public override ArrowTypeId TypeId => ArrowTypeId.Date64;

    public override string Name => "date64";

    internal override int ValueBytes => 8;

    protected override string Describe() => "Date64";
}

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
public sealed record Time32Type(TimeUnit Unit) : TimeBasedType(Unit)
{
    public override ArrowTypeId TypeId => ArrowTypeId.Time32;

    public override string Name => "time32";

    internal override int ValueBytes => 4;

    protected override string Describe() => $"Time32({Short(Unit)})";
}

/// <summary>Time of day in micro- or nanoseconds.</summary>
public sealed record Time64Type(TimeUnit Unit) : TimeBasedType(Unit)
{
    public override ArrowTypeId TypeId => ArrowTypeId.Time64;

    public override string Name => "time64";

    internal override int ValueBytes => 8;

    protected override string Describe() => $"Time64({Short(Unit)})";
}

/// <summary>An instant since 1970-01-01T00:00:00Z; <paramref name="Timezone"/> is null for a type without one.</summary>
public sealed record TimestampType(TimeUnit Unit, string? Timezone = null) : TimeBasedType(Unit)
{
    public static readonly TimestampType Nanosecond = new(TimeUnit.Nanosecond);

    public override ArrowTypeId TypeId => ArrowTypeId.Timestamp;

    public override string Name => "timestamp";

    internal override int ValueBytes => 8;

    protected override string Describe() => Timezone is null ? $"Timestamp({Short(Unit)})" : $"Timestamp({Short(Unit)}, \"{Timezone}\")";
}

public sealed record DurationType(TimeUnit Unit) : TimeBasedType(Unit)
{
    public static readonly DurationType Nanosecond = new(TimeUnit.Nanosecond);

    public override ArrowTypeId TypeId => ArrowTypeId.Duration;

    public override string Name => "duration";

    internal override int ValueBytes => 8;

    protected override string Describe() => $"Duration({Short(Unit)})";
}

public sealed record IntervalType(IntervalUnit Unit) : FixedWidthType
{
    public override ArrowTypeId TypeId => ArrowTypeId.Interval;

    public override string Name => "interval";

    internal override int ValueBytes => Unit switch
    {
        IntervalUnit.YearMonth => 4,
        IntervalUnit.DayTime => 8,
        _ => 16,
    };

    protected override string Describe() => Unit == IntervalUnit.MonthDayNanosecond ? "Interval(MonthDayNano)" : $"Interval({Unit})";
}
