using System.Security.Cryptography;
using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>SHA-256 over a recording schema, its fields sorted and its metadata dropped, as arrow-rs serialises it. Source: rrd-format §9.4.</summary>
internal static class SorbetSchemaHash
{
    private const int EndMarkerBytes = 8;

    /// <summary>32 bytes. Equal for equal sets of fields in any order.</summary>
    public static ReadOnlyMemory<byte> Compute(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var stream = ArrowStreamWriter.Write(Sorted(schema));
        return SHA256.HashData(stream.AsSpan(0, stream.Length - EndMarkerBytes));
    }

    private static Schema Sorted(Schema schema) => new(schema.FieldsList.Order(FieldOrder.Instance));

    // Ordinal on UTF-8, which differs from ordinal on UTF-16 beyond the basic plane.
    private sealed class FieldOrder : IComparer<Field>
    {
        public static readonly FieldOrder Instance = new();

        public int Compare(Field? x, Field? y)
        {
            var byName = Utf8Order.Compare(x!.Name, y!.Name);
            return byName != 0 ? byName : string.CompareOrdinal(x.DataType.ToString(), y.DataType.ToString());
        }
    }
}
