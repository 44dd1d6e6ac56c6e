using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Reading;

internal static class DatasetMeta
{
    /// <summary>In the first message of an answer: which state of the dataset it tells of. Source: catalog-protocol §11.2.</summary>
    public static DatasetResponseMeta ToMeta(this Projections.DatasetEntry dataset) => new() { EntryId = dataset.Dataset.ToMessage(), DatasetRevision = (ulong)dataset.Revision };
}
