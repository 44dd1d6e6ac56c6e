using Strata.EventStore;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Whether the place of recordings answers and is still the one of the log: a person may have given the log another one since this process began.</summary>
/// <param name="place">How the place is; null: the data directory, which is a part of its own.</param>
internal sealed class RecordingsHealth(StoreOwnership ownership, IStoreLabel label, IPartHealth? place) : IPartHealth
{
    /// <summary>Where copies and derived layers lie.</summary>
    public const string PartName = "recordings";

    public string Name => PartName;

    public async Task<PartFinding> LookAsync(CancellationToken cancellationToken)
    {
        var found = place is null ? PartFinding.Ok : await place.LookAsync(cancellationToken);
        return found.Status == HealthStatus.Ok ? await LookAtOwnerAsync(found, cancellationToken) : found;
    }

    private async Task<PartFinding> LookAtOwnerAsync(PartFinding found, CancellationToken cancellationToken)
    {
        try
        {
            await ownership.FindAsync(label, cancellationToken);
            return found;
        }
        catch (ForeignStoreException e)
        {
            return PartFinding.Down(e.Message, e.Next);
        }
        catch (RecordingStorageException e)
        {
            return PartFinding.Down(e.Message, "what waits goes on by itself when the store answers");
        }
        catch (LogStorageException)
        {
            // The part of the log says what is the matter with it.
            return new(HealthStatus.Ok, "not looked at: the log cannot be read");
        }
    }
}
