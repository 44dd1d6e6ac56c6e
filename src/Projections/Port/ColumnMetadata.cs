namespace Strata.Projections;

/// <summary>Keys in the field metadata of property columns.</summary>
public static class ColumnMetadata
{
    /// <summary>On a column whose name was taken by another one: the name that it wanted.</summary>
    public const string NameClash = "strata:name_clash";

    /// <summary>Rerun's key: where the property was logged.</summary>
    public const string EntityPath = "rerun:entity_path";
}
