using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>Whether a footer's table says of each chunk what is true of it. Source: rrd-format §9.2.</summary>
internal static class ManifestExamination
{
    public static void Compare(RecordBatch stored, RecordBatch actual, RrdStore store, DiagnosticList findings)
    {
        if (stored.Length != actual.Length)
        {
            findings.Add(store.Manifest.Count == 0 ? 0 : store.Manifest.ByteOffsets[0], RrdRules.ManifestRow, $"the footer lists {stored.Length} chunks of {store.Id}, and {actual.Length} are there");
            return;
        }
        var names = stored.Schema.FieldsList.Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var missing in actual.Schema.FieldsList.Where(field => !names.Contains(field.Name)))
        {
            findings.Add(store.Manifest.ByteOffsets[0], RrdRules.ManifestRow, $"the footer lacks the column '{missing.Name}' of {store.Id}");
        }
        for (var column = 0; column < stored.ColumnCount; column++)
        {
            var name = stored.Schema.GetFieldByIndex(column).Name;
            if (Matching(stored, actual, column) is { } other)
            {
                CompareColumn(stored.Column(column), other, name, store, findings);
            }
            else
            {
                findings.Add(store.Manifest.ByteOffsets[0], RrdRules.ManifestRow, $"the footer has a column '{name}' of {store.Id} that no chunk accounts for");
            }
        }
    }

    // Two components that differ in type alone have columns of one name (§9.2): then the place tells.
    private static IArrowArray? Matching(RecordBatch stored, RecordBatch actual, int column)
    {
        var field = stored.Schema.GetFieldByIndex(column);
        if (column < actual.ColumnCount && actual.Schema.GetFieldByIndex(column).Name == field.Name)
        {
            return actual.Column(column);
        }
        var at = actual.Schema.GetFieldIndex(field.Name);
        return at < 0 ? null : actual.Column(at);
    }

    private static void CompareColumn(IArrowArray stored, IArrowArray actual, string name, RrdStore store, DiagnosticList findings)
    {
        if (stored.DataType != actual.DataType)
        {
            findings.Add(store.Manifest.ByteOffsets[0], RrdRules.ManifestRow, $"the column '{name}' in the footer is {stored.DataType}; expected {actual.DataType}");
            return;
        }
        for (var row = 0; row < stored.Length; row++)
        {
            if (!ArrayEquality.ValueEqual(stored, row, actual, row))
            {
                findings.Add(store.Manifest.ByteOffsets[row], RrdRules.ManifestRow,
                    $"the footer says {name} = {CellText.Of(stored, row)} of the chunk {store.Manifest.ChunkIds[row].ToChunkId()}, and it is {CellText.Of(actual, row)}");
            }
        }
    }
}
