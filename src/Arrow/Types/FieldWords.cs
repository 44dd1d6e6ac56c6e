namespace Strata.Arrow;

/// <summary>Fields in the words of arrow-rs: nullable and <c>item</c> go without saying.</summary>
internal static class FieldWords
{
    public static string Item(Field field)
    {
        string name = field.Name == "item" ? "" : $", field: '{field.Name}'";
        return $"{NonNull(field)}{field.DataType}{name}";
    }

    public static string Named(Field field) => $"\"{field.Name}\": {NonNull(field)}{field.DataType}";

    public static int Hash(IReadOnlyList<Field> fields)
    {
        var hash = new HashCode();
        foreach (Field field in fields)
            hash.Add(field);
        return hash.ToHashCode();
    }

    private static string NonNull(Field field) => field.IsNullable ? "" : "non-null ";
}
