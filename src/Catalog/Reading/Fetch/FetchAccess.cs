using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Entries;
using Strata.Contracts;

namespace Strata.Catalog.Reading;

/// <summary>Whose chunks a caller may fetch. Keys name registrations, and not the entry by which the caller found them.</summary>
internal static class FetchAccess
{
    /// <summary>Who may read the dataset by the name that it has, or had last when it is deleted: its past can be read for ever. Or a pin that shows what is asked for.</summary>
    /// <param name="newestPosition">Of the registrations that are asked for.</param>
    /// <exception cref="CatalogException">Not for this caller.</exception>
    public static async Task RequireFetchableAsync(this CatalogPorts ports, ServerCallContext context, DatasetId dataset, long newestPosition)
    {
        var entries = ports.ReadModels.Entries;
        var owner = (await entries.FindAsync(dataset, context.CancellationToken) ?? await entries.FindAsync(dataset, newestPosition, context.CancellationToken))?.Owner
            ?? throw EntryAddress.NotFound(dataset);
        var access = context.Access();
        if (!access.CanRead(owner))
        {
            var pins = await entries.PinsAsync(dataset, context.CancellationToken);
            if (!pins.Any(pin => pin.AtPosition >= newestPosition && access.CanRead(pin.Name)))
            {
                access.RequireLeast(owner);
            }
        }
    }
}
