using System.Runtime.InteropServices;

namespace Strata.Arrow;

public sealed class Date32Array(ArrayData data) : PrimitiveArray<int>(Checked(data, ArrowTypeId.Date32))
{
    public Date32Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Date32Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static Date32Array From(ReadOnlySpan<int> values) => new(PrimitiveData.Of(Date32Type.Default, values));

    public static Date32Array From(ReadOnlySpan<int> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Date32Type.Default, values, isValid));

    public static Date32Array FromNullable(ReadOnlySpan<int?> values) => new(PrimitiveData.Of<int>(Date32Type.Default, values));
}

public sealed class Date64Array(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Date64))
{
    public Date64Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Date64Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static Date64Array From(ReadOnlySpan<long> values) => new(PrimitiveData.Of(Date64Type.Default, values));

    public static Date64Array From(ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Date64Type.Default, values, isValid));

    public static Date64Array FromNullable(ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(Date64Type.Default, values));
}

public sealed class TimestampArray(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Timestamp))
{
    public TimestampArray(TimestampType type, ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(type, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static TimestampArray From(TimestampType type, ReadOnlySpan<long> values) => new(PrimitiveData.Of(type, values));

    public static TimestampArray From(TimestampType type, ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(type, values, isValid));

    public static TimestampArray FromNullable(TimestampType type, ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(type, values));
}

public sealed class DurationArray(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Duration))
{
    public DurationArray(DurationType type, ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(type, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static DurationArray From(DurationType type, ReadOnlySpan<long> values) => new(PrimitiveData.Of(type, values));

    public static DurationArray From(DurationType type, ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(type, values, isValid));

    public static DurationArray FromNullable(DurationType type, ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(type, values));
}

public sealed class Time32Array(ArrayData data) : PrimitiveArray<int>(Checked(data, ArrowTypeId.Time32))
{
    public Time32Array(Time32Type type, ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(type, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static Time32Array From(Time32Type type, ReadOnlySpan<int> values) => new(PrimitiveData.Of(type, values));

    public static Time32Array From(Time32Type type, ReadOnlySpan<int> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(type, values, isValid));

    public static Time32Array FromNullable(Time32Type type, ReadOnlySpan<int?> values) => new(PrimitiveData.Of<int>(type, values));
}

public sealed class Time64Array(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Time64))
{
    public Time64Array(Time64Type type, ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(type, values, nullBitmap, length, nullCount, offset))
    {
    }

    public static Time64Array From(Time64Type type, ReadOnlySpan<long> values) => new(PrimitiveData.Of(type, values));

    public static Time64Array From(Time64Type type, ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(type, values, isValid));

    public static Time64Array FromNullable(Time64Type type, ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(type, values));
}

/// <summary>Days and milliseconds, both signed.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DayTimeInterval(int Days, int Milliseconds);

/// <summary>Months, days and nanoseconds, all signed.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MonthDayNanosecondInterval(int Months, int Days, long Nanoseconds);

/// <summary>Months.</summary>
public sealed class YearMonthIntervalArray(ArrayData data) : PrimitiveArray<int>(Checked(data, ArrowTypeId.Interval));

public sealed class DayTimeIntervalArray(ArrayData data) : PrimitiveArray<DayTimeInterval>(Checked(data, ArrowTypeId.Interval));

public sealed class MonthDayNanosecondIntervalArray(ArrayData data) : PrimitiveArray<MonthDayNanosecondInterval>(Checked(data, ArrowTypeId.Interval));
