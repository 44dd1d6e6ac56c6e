using Strata.Arrow;

namespace Strata.Catalog.Reading;

/// <summary>The columns that a scan asks for, in its order. Source: catalog-protocol §2.9.</summary>
internal static class TableProjection
{
    /// <param name="columns">Names; none stands for all columns.</param>
    /// <exception cref="CatalogException">INVALID_ARGUMENT: a column is not there, or asked for twice.</exception>
    public static IReadOnlyList<int> Of(Schema schema, IReadOnlyList<string> columns)
    {
        if (columns.Count == 0)
        {
            return [.. Enumerable.Range(0, schema.FieldCount)];
        }

        var chosen = new List<int>(columns.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in columns)
        {
            var column = schema.GetFieldIndex(name);
            if (column < 0)
            {
                throw Refused($"projected column '{name}' not found in schema");
            }

            chosen.Add(seen.Add(name) ? column : throw Refused($"projected column '{name}' was requested twice"));
        }

        return chosen;
    }

    public static RecordBatch Project(this RecordBatch table, IReadOnlyList<int> columns) =>
        new(new Schema(columns.Select(table.Schema.GetFieldByIndex)), columns.Select(table.Column), table.Length);

    private static CatalogException Refused(string reason) => CatalogException.InvalidArgument($"Unable to project columns: Invalid argument error: {reason}");
}
