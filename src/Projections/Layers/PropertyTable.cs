using System.Buffers;
using Strata.Arrow;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>
/// Makes property columns of the stored batches of many layers, some hundred rows at a time: the batches of one schema are strung together behind its schema
/// message into one Arrow stream, decoded, joined into columns and let go, so that memory holds the values and not the messages.
/// </summary>
internal sealed class PropertyTable(SqliteDatabase database)
{
    /// <summary>A batch is some kilobytes when it is unpacked.</summary>
    private const int LayersAtATime = 1_024;

    private readonly SortedDictionary<long, StoredSchema> _schemas = [];
    private readonly List<PropertyColumn> _columns = [];

    /// <param name="layers">In the order of the rows.</param>
    /// <param name="starts">Where the layers of each row start, and the end of the last one; in a row the last layer that has a column wins.</param>
    public IReadOnlyList<(Field Field, IArrowArray Values)> Build(IReadOnlyList<StoredLayer> layers, ReadOnlySpan<int> starts, CancellationToken cancellationToken)
    {
        foreach (var layer in layers)
        {
            if (layer.PropertySchema is { } schema && !_schemas.ContainsKey(schema))
            {
                _schemas.Add(schema, ReadSchema(schema));
            }
        }

        NameColumns();
        var rows = starts.Length - 1;
        for (var first = 0; first < rows;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = first + 1;
            while (end < rows && starts[end + 1] - starts[first] <= LayersAtATime)
            {
                end++;
            }

            AddRows(layers, starts[first..(end + 1)]);
            first = end;
        }

        return [.. _columns.Select(column => (column.Field, column.Join()))];
    }

    /// <summary>Columns in the order in which the log first showed their schemas, and by position inside a schema.</summary>
    private void NameColumns()
    {
        var byName = new Dictionary<string, PropertyColumn>(StringComparer.Ordinal);
        foreach (var schema in _schemas.Values)
        {
            foreach (var field in new ArrowStreamReader(schema.Message).Schema.FieldsList)
            {
                if (!byName.TryGetValue(field.Name, out var column))
                {
                    byName.Add(field.Name, column = new PropertyColumn(field.WithNullable(true)));
                    _columns.Add(column);
                }

                // The write side admits no property of two types in one dataset; should there be one all the same, its first type is shown.
                schema.Targets.Add(column.Field.DataType == field.DataType ? column : null);
            }
        }
    }

    private void AddRows(IReadOnlyList<StoredLayer> layers, ReadOnlySpan<int> starts)
    {
        var rows = starts.Length - 1;
        foreach (var column in _columns)
        {
            column.Begin(rows);
        }

        for (var i = starts[0]; i < starts[^1]; i++)
        {
            if (layers[i].PropertySchema is { } schema)
            {
                _schemas[schema].Unpack(layers[i].Properties);
            }
        }

        foreach (var schema in _schemas.Values)
        {
            schema.Open();
        }

        for (var row = 0; row < rows; row++)
        {
            for (var i = starts[row]; i < starts[row + 1]; i++)
            {
                if (layers[i].PropertySchema is { } schema)
                {
                    _schemas[schema].Next(row);
                }
            }
        }

        foreach (var column in _columns)
        {
            column.End();
        }
    }

    private StoredSchema ReadSchema(long schema)
    {
        var rows = database.Prepare("SELECT schema_message, template FROM property_schemas WHERE id = ?1").Bind(1, schema);
        if (!rows.Step())
        {
            throw new ReadModelStorageException($"property schema {schema} is missing; rebuild the read models: strata rebuild");
        }

        var stored = new StoredSchema(rows.Bytes(0).ToArray(), rows.Bytes(1).ToArray());
        rows.Reset();
        return stored;
    }

    private sealed class StoredSchema(byte[] message, byte[] template)
    {
        private ArrayBufferWriter<byte>? _stream;
        private ArrowStreamReader? _reader;

        public byte[] Message { get; } = message;

        public List<PropertyColumn?> Targets { get; } = [];

        public void Unpack(byte[] delta)
        {
            if (_stream is null)
            {
                _stream = new ArrayBufferWriter<byte>();
                _stream.Write(Message);
            }

            BatchDelta.Decode(delta, template, _stream);
        }

        public void Open()
        {
            _reader = _stream is null ? null : new ArrowStreamReader(_stream.WrittenMemory);
            _stream = null;
        }

        public void Next(int row)
        {
            var batch = _reader!.ReadNextRecordBatch();
            if (batch is not { Length: 1 })
            {
                throw new ReadModelStorageException($"property batch: expected one row, found {batch?.Length ?? 0}; rebuild the read models: strata rebuild");
            }

            for (var column = 0; column < Targets.Count; column++)
            {
                Targets[column]?.Set(row, batch.Column(column));
            }
        }
    }

    private sealed class PropertyColumn(Field field)
    {
        private readonly List<IArrowArray> _done = [];
        private IArrowArray?[] _cells = [];

        public Field Field { get; } = field;

        public void Begin(int rows) => _cells = new IArrowArray?[rows];

        public void Set(int row, IArrowArray cell)
        {
            if (cell.IsValid(0))
            {
                _cells[row] = cell;
            }
        }

        public void End()
        {
            _done.Add(CellColumn.Build(Field.DataType, _cells));
            _cells = [];
        }

        public IArrowArray Join() => _done.Count switch
        {
            0 => CellColumn.Build(Field.DataType, []),
            1 => _done[0],
            _ => ArrayConcatenator.Concatenate(_done),
        };
    }
}
