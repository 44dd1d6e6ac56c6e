using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>The dictionaries that a stream has sent so far.</summary>
internal sealed class DictionaryStore(IReadOnlyDictionary<DictionaryType, long>? ids)
{
    private readonly Dictionary<long, ArrayData> _values = [];
    private Dictionary<long, ArrowType>? _types;
    private long _joinedValues;
    private long _joinedBytes;

    public void Read(FlatBufferTable table, IpcMessage message)
    {
        long id = table.Int64(DictionarySlots.Id);
        _types ??= TypesById();
        if (!_types.TryGetValue(id, out ArrowType? type))
            throw table.Fault("the id of a dictionary in the schema", $"{id}");
        var decoder = new BatchDecoder(table.Table(DictionarySlots.Data, "the dictionary's values"), message, this);
        ArrayData values = decoder.DecodeValues(type);
        _values[id] = table.Bool(DictionarySlots.IsDelta) && _values.TryGetValue(id, out ArrayData? before) ? Join(before, values, table) : values;
    }

    /// <summary>The values for a column; an empty array when none were sent, which is legal for a column of nulls.</summary>
    public ArrayData ValuesOf(DictionaryType type) =>
        ids is not null && ids.TryGetValue(type, out long id) && _values.TryGetValue(id, out ArrayData? values) && values.DataType == type.ValueType
            ? values
            : EmptyArrays.Of(type.ValueType);

    private ArrayData Join(ArrayData before, ArrayData values, FlatBufferTable table)
    {
        _joinedValues += (long)before.Length + values.Length;
        if (_joinedValues > ArrowLimits.MaxDictionaryDeltaValues)
            throw table.Fault($"delta dictionaries that copy at most {ArrowLimits.MaxDictionaryDeltaValues} values in a stream", $"{_joinedValues}");
        _joinedBytes += BytesOf(before) + BytesOf(values);
        if (_joinedBytes > ArrowLimits.MaxDictionaryDeltaBytes)
            throw table.Fault($"delta dictionaries that copy at most {ArrowLimits.MaxDictionaryDeltaBytes} bytes in a stream", $"{_joinedBytes}");
        return ArrayConcatenator.Concatenate([before, values]);
    }

    private static long BytesOf(ArrayData data) => data.Buffers.Sum(b => (long)b.Length) + data.Children.Sum(BytesOf) + (data.Dictionary is { } values ? BytesOf(values) : 0);

    /// <summary>Several columns may share one dictionary; the first one says what it holds.</summary>
    private Dictionary<long, ArrowType> TypesById()
    {
        var types = new Dictionary<long, ArrowType>();
        foreach ((DictionaryType type, long id) in ids ?? new Dictionary<DictionaryType, long>())
            types.TryAdd(id, type.ValueType);
        return types;
    }
}
