namespace Strata.Rrd;

/// <summary>
/// A path of non-empty parts. Two paths are equal when their unescaped parts are.
/// Source: rrd-format §7.1.
/// </summary>
public sealed class EntityPath : IEquatable<EntityPath>, IComparable<EntityPath>
{
    /// <summary>First part of the entities that hold a recording's properties.</summary>
    public const string PropertiesPart = "__properties";

    private readonly string[] _parts;
    private readonly string _text;

    private EntityPath(string[] parts)
    {
        _parts = parts;
        _text = EntityPathText.Join(parts, escapeBeyondBmp: true);
    }

    /// <summary>The path without parts, <c>/</c>.</summary>
    public static EntityPath Root { get; } = new([]);

    /// <summary>The entity under which properties lie, <c>/__properties</c>.</summary>
    public static EntityPath Properties { get; } = new([PropertiesPart]);

    /// <summary>The unescaped parts.</summary>
    public IReadOnlyList<string> Parts => _parts;

    /// <summary>Whether it has no parts.</summary>
    public bool IsRoot => _parts.Length == 0;

    /// <summary>True for <c>/__properties</c> and everything below it.</summary>
    public bool IsProperty => _parts.Length > 0 && _parts[0] == PropertiesPart;

    /// <summary>
    /// Reads the escaped text form. Forgiving as Rerun is: a missing leading slash, doubled slashes, unescaped characters and
    /// unknown escapes are accepted, and so are one to six digits in <c>\u{…}</c>.
    /// </summary>
    public static EntityPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = EntityPathText.Parse(text);
        return parts.Length == 0 ? Root : new EntityPath(parts);
    }

    /// <summary>A path of parts that are taken as they are, unescaped. No part may be empty.</summary>
    public static EntityPath FromParts(params IReadOnlyList<string> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        foreach (var part in parts)
        {
            ArgumentException.ThrowIfNullOrEmpty(part, nameof(parts));
        }
        return new EntityPath([.. parts]);
    }

    /// <summary>The path with one part more, taken as it is, unescaped.</summary>
    /// <exception cref="ArgumentException">The part is empty.</exception>
    public EntityPath Append(string part) => FromParts([.. _parts, part]);

    /// <summary>Whether it is <paramref name="prefix"/> or lies below it.</summary>
    public bool StartsWith(EntityPath prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return _parts.AsSpan().StartsWith(prefix._parts);
    }

    /// <summary>
    /// The text to write into files: as <see cref="ToString"/>, but symbols beyond the basic plane stay raw,
    /// because 0.36 garbles the five-digit escapes that it prints itself.
    /// </summary>
    public string ToWireText() => EntityPathText.Join(_parts, escapeBeyondBmp: false);

    /// <inheritdoc/>
    public bool Equals(EntityPath? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EntityPath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Ordinal on the escaped text.</summary>
    public int CompareTo(EntityPath? other) => string.CompareOrdinal(_text, other?._text);

    /// <summary>Whether their unescaped parts are equal.</summary>
    public static bool operator ==(EntityPath? left, EntityPath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether their unescaped parts differ.</summary>
    public static bool operator !=(EntityPath? left, EntityPath? right) => !(left == right);

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator <(EntityPath left, EntityPath right) => Compare(left, right) < 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator <=(EntityPath left, EntityPath right) => Compare(left, right) <= 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator >(EntityPath left, EntityPath right) => Compare(left, right) > 0;

    /// <summary>By <see cref="CompareTo"/>.</summary>
    public static bool operator >=(EntityPath left, EntityPath right) => Compare(left, right) >= 0;

    /// <summary>Escaped, with leading slash.</summary>
    public override string ToString() => _text;

    private static int Compare(EntityPath? left, EntityPath? right) => string.CompareOrdinal(left?._text, right?._text);
}
