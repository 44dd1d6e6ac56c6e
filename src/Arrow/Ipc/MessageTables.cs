namespace Strata.Arrow.Ipc;

/// <summary>Slots and codes of Arrow's Message.fbs and Schema.fbs. Source: rrd-format Appendix A.</summary>
internal static class MessageSlots
{
    public const int Version = 0;
    public const int HeaderType = 1;
    public const int Header = 2;
    public const int BodyLength = 3;
    public const int Metadata = 4;
}

internal static class SchemaSlots
{
    public const int Endianness = 0;
    public const int Fields = 1;
    public const int Metadata = 2;
}

internal static class FieldSlots
{
    public const int Name = 0;
    public const int Nullable = 1;
    public const int TypeCode = 2;
    public const int Type = 3;
    public const int Dictionary = 4;
    public const int Children = 5;
    public const int Metadata = 6;
}

internal static class BatchSlots
{
    public const int Length = 0;
    public const int Nodes = 1;
    public const int Buffers = 2;
    public const int Compression = 3;
    public const int VariadicCounts = 4;
}

internal static class DictionarySlots
{
    public const int Id = 0;
    public const int Data = 1;
    public const int IsDelta = 2;
    public const int IndexType = 1;
    public const int Ordered = 2;
}

internal enum MessageHeader : byte
{
    None = 0,
    Schema = 1,
    DictionaryBatch = 2,
    RecordBatch = 3,
    Tensor = 4,
    SparseTensor = 5,
}

internal static class MetadataVersion
{
    public const short V4 = 3;
    public const short V5 = 4;
}

internal enum TypeCode : byte
{
    None = 0,
    Null = 1,
    Int = 2,
    FloatingPoint = 3,
    Binary = 4,
    Utf8 = 5,
    Bool = 6,
    Decimal = 7,
    Date = 8,
    Time = 9,
    Timestamp = 10,
    Interval = 11,
    List = 12,
    Struct = 13,
    Union = 14,
    FixedSizeBinary = 15,
    FixedSizeList = 16,
    Map = 17,
    Duration = 18,
    LargeBinary = 19,
    LargeUtf8 = 20,
    LargeList = 21,
    RunEndEncoded = 22,
    BinaryView = 23,
    Utf8View = 24,
    ListView = 25,
    LargeListView = 26,
}
