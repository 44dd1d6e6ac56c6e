using System.Globalization;
using Strata.Catalog.Protocol;
using Strata.Contracts;

namespace Strata.Catalog.Entries;

/// <summary>Ids of entries as messages: 128 bits in two halves. Source: catalog-protocol §2.1 (<c>Tuid</c>).</summary>
internal static class EntryIds
{
    private const int HalfDigits = 16;

    public static EntryId ToMessage(this DatasetId id) => new()
    {
        Id = new Tuid
        {
            TimeNs = ulong.Parse(id.Value.AsSpan(0, HalfDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            Inc = ulong.Parse(id.Value.AsSpan(HalfDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        },
    };

    /// <exception cref="CatalogException">A half of it is missing.</exception>
    public static DatasetId ToDatasetId(this EntryId id)
    {
        if (id.Id is not { } tuid)
        {
            throw CatalogException.MissingField("rerun.common.v1alpha1.EntryId.id");
        }

        if (!tuid.HasTimeNs || !tuid.HasInc)
        {
            throw CatalogException.MissingField($"rerun.common.v1alpha1.Tuid.{(tuid.HasTimeNs ? "inc" : "time_ns")}");
        }

        return new(string.Create(CultureInfo.InvariantCulture, $"{tuid.TimeNs:x16}{tuid.Inc:x16}"));
    }

    public static byte[] ToBytes(this DatasetId id) => Convert.FromHexString(id.Value);
}
