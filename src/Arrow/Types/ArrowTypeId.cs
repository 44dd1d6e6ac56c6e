namespace Strata.Arrow;

/// <summary>A type without its parameters, by the names and in the order of Apache.Arrow.</summary>
public enum ArrowTypeId
{
    /// <summary>No values at all.</summary>
    Null,

    /// <summary>One bit.</summary>
    Boolean,

    /// <summary>Unsigned integer of 8 bits.</summary>
    UInt8,

    /// <summary>Signed integer of 8 bits.</summary>
    Int8,

    /// <summary>Unsigned integer of 16 bits.</summary>
    UInt16,

    /// <summary>Signed integer of 16 bits.</summary>
    Int16,

    /// <summary>Unsigned integer of 32 bits.</summary>
    UInt32,

    /// <summary>Signed integer of 32 bits.</summary>
    Int32,

    /// <summary>Unsigned integer of 64 bits.</summary>
    UInt64,

    /// <summary>Signed integer of 64 bits.</summary>
    Int64,

    /// <summary>16-bit floating-point number.</summary>
    HalfFloat,

    /// <summary>32-bit floating-point number.</summary>
    Float,

    /// <summary>64-bit floating-point number.</summary>
    Double,

    /// <summary>UTF-8 text, 32-bit offsets.</summary>
    String,

    /// <summary>Bytes, 32-bit offsets.</summary>
    Binary,

    /// <summary>Bytes of one width. (The name is Apache's.)</summary>
    FixedSizedBinary,

    /// <summary>Days since 1970-01-01.</summary>
    Date32,

    /// <summary>Milliseconds since 1970-01-01.</summary>
    Date64,

    /// <summary>Time since 1970-01-01, with or without time zone.</summary>
    Timestamp,

    /// <summary>Seconds or milliseconds since midnight.</summary>
    Time32,

    /// <summary>Microseconds or nanoseconds since midnight.</summary>
    Time64,

    /// <summary>Parts of a calendar.</summary>
    Interval,

    /// <summary>Decimal number of 128 bits.</summary>
    Decimal128,

    /// <summary>Decimal number of 256 bits.</summary>
    Decimal256,

    /// <summary>Lists, 32-bit offsets.</summary>
    List,

    /// <summary>Named children of one length.</summary>
    Struct,

    /// <summary>One of several types per value.</summary>
    Union,

    /// <summary>Indices into distinct values.</summary>
    Dictionary,

    /// <summary>Lists of keys and values.</summary>
    Map,

    /// <summary>Lists of one length.</summary>
    FixedSizeList,

    /// <summary>A length of time.</summary>
    Duration,

    /// <summary>Not a type of values; kept because Apache has it.</summary>
    RecordBatch,

    /// <summary>Bytes as views.</summary>
    BinaryView,

    /// <summary>UTF-8 text as views.</summary>
    StringView,

    /// <summary>Lists by offset and size, 32 bits each.</summary>
    ListView,

    /// <summary>Lists, 64-bit offsets.</summary>
    LargeList,

    /// <summary>Bytes, 64-bit offsets.</summary>
    LargeBinary,

    /// <summary>UTF-8 text, 64-bit offsets.</summary>
    LargeString,

    /// <summary>Lists by offset and size, 64 bits each.</summary>
    LargeListView,

    /// <summary>Runs of equal values.</summary>
    RunEndEncoded,

    /// <summary>Decimal number of 32 bits.</summary>
    Decimal32,

    /// <summary>Decimal number of 64 bits.</summary>
    Decimal64,
}
