using System.Runtime.InteropServices;

namespace Strata.Arrow;

/// <summary>Days since 1970-01-01.</summary>
public sealed class Date32Array(ArrayData data) : PrimitiveArray<int>(Checked(data, ArrowTypeId.Date32))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public Date32Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Date32Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static Date32Array From(ReadOnlySpan<int> values) => new(PrimitiveData.Of(Date32Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static Date32Array From(ReadOnlySpan<int> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Date32Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static Date32Array FromNullable(ReadOnlySpan<int?> values) => new(PrimitiveData.Of<int>(Date32Type.Default, values));
}

/// <summary>Milliseconds since 1970-01-01T00:00:00, whole days.</summary>
public sealed class Date64Array(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Date64))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public Date64Array(ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(Date64Type.Default, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static Date64Array From(ReadOnlySpan<long> values) => new(PrimitiveData.Of(Date64Type.Default, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static Date64Array From(ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(Date64Type.Default, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static Date64Array FromNullable(ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(Date64Type.Default, values));
}

/// <summary>Moments since 1970-01-01T00:00:00 in the unit of their type, of UTC where that has a time zone.</summary>
public sealed class TimestampArray(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Timestamp))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public TimestampArray(TimestampType type, ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(type, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static TimestampArray From(TimestampType type, ReadOnlySpan<long> values) => new(PrimitiveData.Of(type, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static TimestampArray From(TimestampType type, ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(type, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static TimestampArray FromNullable(TimestampType type, ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(type, values));
}

/// <summary>Lengths of time in the unit of their type.</summary>
public sealed class DurationArray(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Duration))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public DurationArray(DurationType type, ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(type, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static DurationArray From(DurationType type, ReadOnlySpan<long> values) => new(PrimitiveData.Of(type, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static DurationArray From(DurationType type, ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(type, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static DurationArray FromNullable(DurationType type, ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(type, values));
}

/// <summary>Seconds or milliseconds since midnight.</summary>
public sealed class Time32Array(ArrayData data) : PrimitiveArray<int>(Checked(data, ArrowTypeId.Time32))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public Time32Array(Time32Type type, ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(type, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static Time32Array From(Time32Type type, ReadOnlySpan<int> values) => new(PrimitiveData.Of(type, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static Time32Array From(Time32Type type, ReadOnlySpan<int> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(type, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static Time32Array FromNullable(Time32Type type, ReadOnlySpan<int?> values) => new(PrimitiveData.Of<int>(type, values));
}

/// <summary>Microseconds or nanoseconds since midnight.</summary>
public sealed class Time64Array(ArrayData data) : PrimitiveArray<long>(Checked(data, ArrowTypeId.Time64))
{
    /// <summary>Values that lie in memory already: nothing is copied. Lengths are in values; <paramref name="nullBitmap"/> may be empty where there are no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A buffer is too short for them.</exception>
    public Time64Array(Time64Type type, ArrowBuffer values, ArrowBuffer nullBitmap, int length, int nullCount, int offset)
        : this(PrimitiveData.Wrap(type, values, nullBitmap, length, nullCount, offset))
    {
    }

    /// <summary>Copies <paramref name="values"/>; none is null.</summary>
    public static Time64Array From(Time64Type type, ReadOnlySpan<long> values) => new(PrimitiveData.Of(type, values));

    /// <summary>Copies <paramref name="values"/>. Where <paramref name="isValid"/> is false the value is null; it has one entry a value, or none for no nulls.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has another length.</exception>
    public static Time64Array From(Time64Type type, ReadOnlySpan<long> values, ReadOnlySpan<bool> isValid) => new(PrimitiveData.Of(type, values, isValid));

    /// <summary>Copies <paramref name="values"/>, nulls included.</summary>
    public static Time64Array FromNullable(Time64Type type, ReadOnlySpan<long?> values) => new(PrimitiveData.Of<long>(type, values));
}

/// <summary>Days and milliseconds, both signed.</summary>
/// <param name="Days">Whole days.</param>
/// <param name="Milliseconds">Besides the days.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DayTimeInterval(int Days, int Milliseconds);

/// <summary>Months, days and nanoseconds, all signed.</summary>
/// <param name="Months">Whole months.</param>
/// <param name="Days">Besides the months.</param>
/// <param name="Nanoseconds">Besides the days.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MonthDayNanosecondInterval(int Months, int Days, long Nanoseconds);

/// <summary>Months.</summary>
public sealed class YearMonthIntervalArray(ArrayData data) : PrimitiveArray<int>(Checked(data, ArrowTypeId.Interval));

/// <summary>Days and milliseconds.</summary>
public sealed class DayTimeIntervalArray(ArrayData data) : PrimitiveArray<DayTimeInterval>(Checked(data, ArrowTypeId.Interval));

/// <summary>Months, days and nanoseconds.</summary>
public sealed class MonthDayNanosecondIntervalArray(ArrayData data) : PrimitiveArray<MonthDayNanosecondInterval>(Checked(data, ArrowTypeId.Interval));
