using Strata.Arrow.Ipc;

namespace Strata.Arrow;

/// <summary>The columns of a table, in order, with key/value metadata. Names need not be unique.</summary>
public sealed class Schema : IEquatable<Schema>
{
    private readonly Field[] _fields;
    private Dictionary<string, int>? _index;
    private byte[]? _message;

    /// <summary>Copies what it is given.</summary>
    public Schema(IEnumerable<Field> fields, IReadOnlyDictionary<string, string>? metadata = null)
    {
        _fields = [.. fields];
        Metadata = Field.Own(metadata);
    }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<Field> FieldsList => _fields;

    /// <summary>Number of columns.</summary>
    public int FieldCount => _fields.Length;

    /// <summary>Never null; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether there is any metadata.</summary>
    public bool HasMetadata => Metadata.Count > 0;

    /// <summary>The column at this position.</summary>
    public Field GetFieldByIndex(int index) => _fields[index];

    /// <summary>The first field of this name, or null.</summary>
    public Field? GetFieldByName(string name) => GetFieldIndex(name) is >= 0 and int k ? _fields[k] : null;

    /// <summary>Position of the first field of this name, or -1.</summary>
    public int GetFieldIndex(string name)
    {
        Dictionary<string, int> index = _index ??= BuildIndex();
        return index.GetValueOrDefault(name, -1);
    }

    /// <summary>The same with this metadata in place of its own; null is none.</summary>
    public Schema WithMetadata(IReadOnlyDictionary<string, string>? metadata) => new(_fields, metadata);

    /// <summary>Only the framed schema message, without end marker: what schema hashes are taken over. Source: rrd-format §9.4.</summary>
    public byte[] SerializeSchemaMessage() => [.. EncodedMessage];

    /// <summary>A stream of the schema alone.</summary>
    public byte[] ToIpcStream() => ArrowStreamWriter.Write(this);

    /// <summary>The schema of a stream; batches that follow are not read.</summary>
    /// <exception cref="ArrowFormatException">The memory does not start with a schema message.</exception>
    public static Schema FromIpcStream(ReadOnlyMemory<byte> stream) => new ArrowStreamReader(stream).Schema;

    /// <inheritdoc/>
    public bool Equals(Schema? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _fields.AsSpan().SequenceEqual(other._fields) && Field.SameMetadata(Metadata, other.Metadata));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Schema);

    /// <inheritdoc/>
    public override int GetHashCode() => FieldWords.Hash(_fields);

    /// <inheritdoc/>
    public override string ToString() => $"Schema({string.Join(", ", _fields.AsEnumerable())})";

    /// <summary>The framed schema message, made once: one schema stands at the head of many streams. Not to be changed.</summary>
    internal byte[] EncodedMessage => _message ??= SchemaEncoder.Encode(this);

    private Dictionary<string, int> BuildIndex()
    {
        var index = new Dictionary<string, int>(_fields.Length, StringComparer.Ordinal);
        for (int k = 0; k < _fields.Length; k++)
            index.TryAdd(_fields[k].Name, k);
        return index;
    }
}
