namespace Strata.Contracts;

/// <summary>The entry that every catalog has without an event: the table of all entries. Source: catalog-protocol §5.1.</summary>
public static class SystemEntries
{
    public const string EntriesTable = "__entries";

    /// <summary>One for all catalogs and for ever: version and variant digits that no fresh id has.</summary>
    public static DatasetId EntriesTableId { get; } = DatasetId.Parse("5354524154415f5f00005f5f656e7472");
}
