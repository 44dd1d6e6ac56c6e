using Strata.Arrow;

namespace Strata.Registrar;

/// <summary>Recording schemas as the dataset's schema unites them. Source: catalog-protocol §6.3.</summary>
internal static class SchemaUnion
{
    /// <param name="ipc">Arrow IPC stream, schema only.</param>
    /// <exception cref="ArrowFormatException">The bytes are no schema.</exception>
    public static Schema Read(ReadOnlyMemory<byte> ipc) => new ArrowStreamReader(ipc).Schema;

    /// <summary>Why two schemas cannot stand in one dataset, or null when they can.</summary>
    public static string? Conflict(Schema existing, Schema added) => SchemaMerge.TryMerge(existing, added, out _, out var conflict) ? null : conflict?.ToString() ?? "the schemas differ";

    public static bool TryOf(IEnumerable<Schema> schemas)
    {
        Schema? union = null;
        foreach (var schema in schemas)
        {
            if (union is null)
            {
                union = schema;
            }
            else if (SchemaMerge.TryMerge(union, schema, out var merged, out _))
            {
                union = merged;
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
