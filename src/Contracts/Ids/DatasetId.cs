using System.Text.Json.Serialization;

namespace Strata.Contracts;

/// <summary>Identity of a dataset: 32 lower-case hexadecimal digits, never reused, unchanged by a rename.</summary>
[JsonConverter(typeof(DatasetIdConverter))]
public readonly record struct DatasetId(string Value) : IComparable<DatasetId>
{
    private const int HexDigits = 32;

    /// <summary>No dataset: version and variant digits that no fresh id has.</summary>
    public static DatasetId None { get; } = new(new string('0', HexDigits));

    /// <summary>A fresh id; ids made later sort later (UUID version 7), so indexes grow at their end.</summary>
    public static DatasetId New() => new(Guid.CreateVersion7().ToString("N"));

    /// <exception cref="FormatException">The text is not 32 lower-case hexadecimal digits.</exception>
    public static DatasetId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == HexDigits && text.All(char.IsAsciiHexDigitLower)
            ? new(text)
            : throw new FormatException($"dataset id: expected {HexDigits} lower-case hexadecimal digits, found '{text}'");
    }

    public int CompareTo(DatasetId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(DatasetId left, DatasetId right) => left.CompareTo(right) < 0;

    public static bool operator >(DatasetId left, DatasetId right) => left.CompareTo(right) > 0;

    public static bool operator <=(DatasetId left, DatasetId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DatasetId left, DatasetId right) => left.CompareTo(right) >= 0;
}
