using System.Collections.ObjectModel;

namespace Strata.Arrow;

/// <summary>A named, typed column or child. Equality covers name, type, nullability and metadata, as in arrow-rs.</summary>
public sealed class Field : IEquatable<Field>
{
    internal static readonly IReadOnlyDictionary<string, string> NoMetadata = ReadOnlyDictionary<string, string>.Empty;

    /// <param name="name">May be empty.</param>
    /// <param name="dataType">With its parameters.</param>
    /// <param name="nullable">Whether values may be null.</param>
    /// <param name="metadata">Copied; null is none.</param>
    public Field(string name, ArrowType dataType, bool nullable, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(dataType);
        Name = name;
        DataType = dataType;
        IsNullable = nullable;
        Metadata = Own(metadata);
    }

    /// <summary>As the schema has it; need not be unique.</summary>
    public string Name { get; }

    /// <summary>The type of the values, with its parameters.</summary>
    public ArrowType DataType { get; }

    /// <summary>Whether values may be null.</summary>
    public bool IsNullable { get; }

    /// <summary>Never null; empty when the field has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether there is any metadata.</summary>
    public bool HasMetadata => Metadata.Count > 0;

    /// <summary>The same under another name.</summary>
    public Field WithName(string name) => new(name, DataType, IsNullable, Metadata);

    /// <summary>The same with values of another type.</summary>
    public Field WithDataType(ArrowType dataType) => new(Name, dataType, IsNullable, Metadata);

    /// <summary>The same, nullable or not.</summary>
    public Field WithNullable(bool nullable) => new(Name, DataType, nullable, Metadata);

    /// <summary>The same with just this metadata; null is none.</summary>
    public Field WithMetadata(IReadOnlyDictionary<string, string>? metadata) => new(Name, DataType, IsNullable, metadata);

    /// <inheritdoc/>
    public bool Equals(Field? other) =>
        ReferenceEquals(this, other)
        || (other is not null && IsNullable == other.IsNullable && Name == other.Name && DataType == other.DataType && SameMetadata(Metadata, other.Metadata));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Field);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, DataType, IsNullable, Metadata.Count);

    /// <inheritdoc/>
    public override string ToString() => FieldWords.Named(this);

    /// <summary>A private copy, unless it is one already: fields never change, whatever their maker does with the dictionary afterwards.</summary>
    internal static IReadOnlyDictionary<string, string> Own(IReadOnlyDictionary<string, string>? metadata) => metadata switch
    {
        null or { Count: 0 } => NoMetadata,
        OwnedMetadata owned => owned,
        _ => new OwnedMetadata(metadata),
    };

    internal static bool SameMetadata(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b)
    {
        if (ReferenceEquals(a, b))
            return true;
        if (a.Count != b.Count)
            return false;
        foreach ((string key, string value) in a)
        {
            if (!b.TryGetValue(key, out string? other) || other != value)
                return false;
        }

        return true;
    }

    /// <summary>Metadata that nobody outside can reach as mutable.</summary>
    internal sealed class OwnedMetadata : ReadOnlyDictionary<string, string>
    {
        public OwnedMetadata(IReadOnlyDictionary<string, string> source)
            : base(new Dictionary<string, string>(source, StringComparer.Ordinal))
        {
        }

        public OwnedMetadata(Dictionary<string, string> given)
            : base(given)
        {
        }
    }
}
