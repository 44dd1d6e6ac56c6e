namespace Strata.Arrow;

/// <summary>Why two schemas do not go together.</summary>
/// <param name="Path">The field, children joined by dots.</param>
/// <param name="Existing">Its type or metadata in the existing schema.</param>
/// <param name="Added">The same in the added schema.</param>
/// <param name="Reason">What cannot be merged.</param>
public sealed record SchemaConflict(string Path, string Existing, string Added, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"field '{Path}': {Reason}; it is {Existing} so far and {Added} in what was added";
}

/// <summary>Merges schemas by field name as arrow-rs' Schema::try_merge does for Rerun's catalog. Source: catalog-protocol §6.3.</summary>
public static class SchemaMerge
{
    /// <summary>
    /// Fields of both, those of <paramref name="existing"/> first. Structs unite their fields, lists merge their items, nullability widens, Null gives way to any type; else types must be
    /// equal. A field that exists, differs and brings a union is refused whatever the difference. Metadata unites; one key must not have two values.
    /// </summary>
    public static bool TryMerge(Schema existing, Schema added, out Schema merged, out SchemaConflict? conflict)
    {
        merged = existing;
        conflict = null;
        if (!TryMetadata("", existing.Metadata, added.Metadata, out IReadOnlyDictionary<string, string> metadata, ref conflict))
            return false;
        foreach (Field field in added.FieldsList)
        {
            Field? before = existing.GetFieldByName(field.Name);
            if (before is not null && !before.Equals(field) && HasUnion(field.DataType))
            {
                conflict = Conflict(field.Name, before.DataType, field.DataType, "union-typed fields are not merged");
                return false;
            }
        }

        if (!TryFields("", existing.FieldsList, added.FieldsList, out List<Field> fields, ref conflict))
            return false;
        merged = new Schema(fields, metadata);
        return true;
    }

    private static bool TryFields(string parent, IReadOnlyList<Field> existing, IReadOnlyList<Field> added, out List<Field> merged, ref SchemaConflict? conflict)
    {
        merged = [.. existing];
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int k = 0; k < merged.Count; k++)
            index.TryAdd(merged[k].Name, k);
        foreach (Field field in added)
        {
            if (!index.TryGetValue(field.Name, out int k))
            {
                index.Add(field.Name, merged.Count);
                merged.Add(field);
                continue;
            }

            if (!TryField($"{parent}{field.Name}", merged[k], field, out Field both, ref conflict))
                return false;
            merged[k] = both;
        }

        return true;
    }

    private static bool TryField(string path, Field existing, Field added, out Field merged, ref SchemaConflict? conflict)
    {
        merged = existing;
        if (existing.Equals(added))
            return true;
        if (!TryMetadata(path, existing.Metadata, added.Metadata, out IReadOnlyDictionary<string, string> metadata, ref conflict)
            || !TryType(path, existing.DataType, added.DataType, out ArrowType type, ref conflict))
            return false;
        // As in arrow-rs: a column that is Null on one side holds nothing but nulls there.
        bool nullable = existing.IsNullable || added.IsNullable || existing.DataType is NullType || added.DataType is NullType;
        merged = new Field(existing.Name, type, nullable, metadata);
        return true;
    }

    private static bool TryType(string path, ArrowType existing, ArrowType added, out ArrowType merged, ref SchemaConflict? conflict)
    {
        merged = existing;
        switch (existing, added)
        {
            case (NullType, _):
                merged = added;
                return true;
            case (_, NullType):
                return true;
            case (StructType a, StructType b):
                if (!TryFields($"{path}.", a.Fields, b.Fields, out List<Field> fields, ref conflict))
                    return false;
                merged = new StructType(fields);
                return true;
            case (ListType a, ListType b):
                if (!TryField($"{path}.{a.ValueField.Name}", a.ValueField, b.ValueField, out Field item, ref conflict))
                    return false;
                merged = new ListType(item);
                return true;
            case (LargeListType a, LargeListType b):
                if (!TryField($"{path}.{a.ValueField.Name}", a.ValueField, b.ValueField, out item, ref conflict))
                    return false;
                merged = new LargeListType(item);
                return true;
        }

        if (existing == added)
            return true;
        conflict = Conflict(path, existing, added, "types differ");
        return false;
    }

    private static bool TryMetadata(
        string path,
        IReadOnlyDictionary<string, string> existing,
        IReadOnlyDictionary<string, string> added,
        out IReadOnlyDictionary<string, string> merged,
        ref SchemaConflict? conflict)
    {
        merged = existing;
        if (added.Count == 0)
            return true;
        var both = new Dictionary<string, string>(existing, StringComparer.Ordinal);
        foreach ((string key, string value) in added)
        {
            if (both.TryAdd(key, value) || both[key] == value)
                continue;
            conflict = new SchemaConflict(path, $"'{both[key]}'", $"'{value}'", $"metadata '{key}' differs");
            return false;
        }

        merged = both;
        return true;
    }

    private static SchemaConflict Conflict(string path, ArrowType existing, ArrowType added, string reason) => new(path, $"{existing}", $"{added}", reason);

    private static bool HasUnion(ArrowType type) => type switch
    {
        UnionType => true,
        ListLikeType list => HasUnion(list.ValueDataType),
        StructType s => s.Fields.Any(f => HasUnion(f.DataType)),
        DictionaryType dictionary => HasUnion(dictionary.ValueType),
        RunEndEncodedType runs => HasUnion(runs.ValuesField.DataType),
        _ => false,
    };
}
