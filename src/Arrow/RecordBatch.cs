namespace Strata.Arrow;

/// <summary>Columns of one length under a schema.</summary>
public sealed class RecordBatch
{
    private readonly IArrowArray[] _columns;

    /// <exception cref="ArgumentException">A column's type, length or nulls are not the schema's.</exception>
    public RecordBatch(Schema schema, IEnumerable<IArrowArray> columns, int length)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _columns = [.. columns];
        if (_columns.Length != schema.FieldCount)
            throw new ArgumentException($"The schema has {schema.FieldCount} columns, {_columns.Length} were given.", nameof(columns));
        for (int k = 0; k < _columns.Length; k++)
        {
            Field field = schema.GetFieldByIndex(k);
            if (_columns[k].DataType != field.DataType)
                throw new ArgumentException($"Column '{field.Name}' is {field.DataType} in the schema, {_columns[k].DataType} was given.", nameof(columns));
            if (_columns[k].Length != length)
                throw new ArgumentException($"Column '{field.Name}' has {_columns[k].Length} rows, the batch has {length}.", nameof(columns));
            if (!field.IsNullable && _columns[k].NullCount != 0 && field.DataType is not NullType)
                throw new ArgumentException($"Column '{field.Name}' is not nullable in the schema, {_columns[k].NullCount} nulls were given.", nameof(columns));
        }

        Schema = schema;
        Length = length;
    }

    /// <summary>Names, types and metadata of the columns.</summary>
    public Schema Schema { get; }

    /// <summary>Number of rows.</summary>
    public int Length { get; }

    /// <summary>Number of columns.</summary>
    public int ColumnCount => _columns.Length;

    /// <summary>The columns in the order of the schema.</summary>
    public IReadOnlyList<IArrowArray> Arrays => _columns;

    /// <summary>The column at this position.</summary>
    public IArrowArray Column(int index) => _columns[index];

    /// <summary>The first column of this name.</summary>
    /// <exception cref="KeyNotFoundException">No such column; the message names those there are.</exception>
    public IArrowArray Column(string name) =>
        TryColumn(name) ?? throw new KeyNotFoundException($"No column '{name}'; there are: {string.Join(", ", Schema.FieldsList.Select(f => f.Name))}.");

    /// <summary>The first column of this name, or null.</summary>
    public IArrowArray? TryColumn(string name) => Schema.GetFieldIndex(name) is >= 0 and int k ? _columns[k] : null;

    /// <summary>A view of some rows; no bytes are copied.</summary>
    public RecordBatch Slice(int offset, int length) => new(Schema, _columns.Select(c => c.Slice(offset, length)), length);

    /// <summary>The batch as a complete IPC stream, byte-exact as arrow-rs' StreamWriter writes it. Source: rrd-format §3.3.</summary>
    public byte[] ToIpcStream() => ArrowStreamWriter.Write(this);

    /// <summary>The first batch of a stream; its arrays are slices of <paramref name="stream"/>.</summary>
    /// <exception cref="ArrowFormatException">Not a stream, or a stream without a batch.</exception>
    public static RecordBatch FromIpcStream(ReadOnlyMemory<byte> stream) =>
        new ArrowStreamReader(stream).ReadNextRecordBatch() ?? throw new ArrowFormatException(stream.Length, "a record batch", "the end of the stream");
}
