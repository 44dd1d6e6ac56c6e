using System.Buffers;
using Strata.Arrow;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers;

/// <summary>
/// Decodes the property batches of many layers. Those of one schema are strung together behind its schema message into one Arrow stream,
/// so a schema is decoded once and a batch costs no more than its buffers.
/// </summary>
internal sealed class PropertyBatches(SqliteDatabase database)
{
    private const int CancellationStride = 1_024;

    private readonly SortedDictionary<long, (ArrayBufferWriter<byte> Stream, List<int> Ordinals)> _bySchema = [];
    private int _count;

    /// <returns>The batch's ordinal.</returns>
    public int Add(long schema, ReadOnlySpan<byte> messages)
    {
        if (!_bySchema.TryGetValue(schema, out var group))
        {
            group = (new ArrayBufferWriter<byte>(), []);
            group.Stream.Write(ReadSchemaMessage(schema));
            _bySchema.Add(schema, group);
        }

        group.Stream.Write(messages);
        group.Ordinals.Add(_count);
        return _count++;
    }

    /// <summary>Columns in the order in which the log first showed their schemas, and by position inside a schema.</summary>
    public IReadOnlyList<PropertyColumn> Decode(CancellationToken cancellationToken)
    {
        var columns = new List<PropertyColumn>();
        var byName = new Dictionary<string, PropertyColumn>(StringComparer.Ordinal);
        foreach (var (stream, ordinals) in _bySchema.Values)
        {
            var reader = new ArrowStreamReader(stream.WrittenMemory);
            var targets = Targets(reader.Schema, columns, byName);
            for (var i = 0; i < ordinals.Count; i++)
            {
                if (i % CancellationStride == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                var batch = reader.ReadNextRecordBatch();
                if (batch is not { Length: 1 })
                {
                    throw new ReadModelStorageException($"property batch: expected one row, found {batch?.Length ?? 0}; rebuild the read models: strata rebuild");
                }

                for (var column = 0; column < targets.Length; column++)
                {
                    if (targets[column] is { } target && batch.Column(column) is { } cell && cell.IsValid(0))
                    {
                        target.Cells[ordinals[i]] = cell;
                    }
                }
            }
        }

        return columns;
    }

    /// <summary>The write side admits no property of two types in one dataset; should there be one all the same, its first type is shown and the other is absent.</summary>
    private PropertyColumn?[] Targets(Schema schema, List<PropertyColumn> columns, Dictionary<string, PropertyColumn> byName)
    {
        var targets = new PropertyColumn?[schema.FieldCount];
        for (var i = 0; i < targets.Length; i++)
        {
            var field = schema.GetFieldByIndex(i);
            if (!byName.TryGetValue(field.Name, out var column))
            {
                column = new PropertyColumn(field.WithNullable(true), new IArrowArray?[_count]);
                columns.Add(column);
                byName.Add(field.Name, column);
            }

            targets[i] = column.Field.DataType == field.DataType ? column : null;
        }

        return targets;
    }

    private ReadOnlySpan<byte> ReadSchemaMessage(long schema)
    {
        var rows = database.Prepare("SELECT schema_message FROM property_schemas WHERE id = ?1").Bind(1, schema);
        if (!rows.Step())
        {
            throw new ReadModelStorageException($"property schema {schema} is missing; rebuild the read models: strata rebuild");
        }

        var message = rows.Bytes(0).ToArray();
        rows.Reset();
        return message;
    }
}
