using Strata.Arrow.FlatBuffers;

namespace Strata.Arrow.Ipc;

/// <summary>The dictionaries that a stream has sent so far.</summary>
internal sealed class DictionaryStore(IReadOnlyDictionary<DictionaryType, long>? ids)
{
    private readonly Dictionary<long, ArrayData> _values = [];
    private long _joinedValues;

    public void Read(FlatBufferTable table, IpcMessage message)
    {
        long id = table.Int64(DictionarySlots.Id);
        ArrowType type = ids?.FirstOrDefault(pair => pair.Value == id).Key?.ValueType
            ?? throw table.Fault("the id of a dictionary in the schema", $"{id}");
        var decoder = new BatchDecoder(table.Table(DictionarySlots.Data, "the dictionary's values"), message, this);
        ArrayData values = decoder.DecodeValues(type);
        if (table.Bool(DictionarySlots.IsDelta) && _values.TryGetValue(id, out ArrayData? before))
        {
            _joinedValues += (long)before.Length + values.Length;
            if (_joinedValues > ArrowLimits.MaxDictionaryDeltaValues)
                throw table.Fault($"delta dictionaries that copy at most {ArrowLimits.MaxDictionaryDeltaValues} values in a stream", $"{_joinedValues}");
            values = ArrayConcatenator.Concatenate([before, values]);
        }

        _values[id] = values;
    }

    /// <summary>The values for a column; an empty array when none were sent, which is legal for a column of nulls.</summary>
    public ArrayData ValuesOf(DictionaryType type) =>
        ids is not null && ids.TryGetValue(type, out long id) && _values.TryGetValue(id, out ArrayData? values) && values.DataType == type.ValueType
            ? values
            : EmptyArrays.Of(type.ValueType);
}
