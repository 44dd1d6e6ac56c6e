using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>
/// Asked before work is begun that ends in the store: whoever takes work and cannot keep what comes of it keeps it from those who can. Reads one small row of the log for as
/// long as that says what was found before.
/// </summary>
public sealed class StoreStanding(StoreOwnership ownership, ILeasedStates states, IStoreLabel store)
{
    private volatile Refused? _refused;

    /// <summary>Why this process leaves the work to others, as was found last; null: it does not.</summary>
    public ForeignStoreException? Refusal => ownership.IsAdmitted ? null : _refused?.Reason;

    /// <returns>Null: the store is the one of the log, or cannot be told to be another's now, and whoever uses it finds out why.</returns>
    public async Task<ForeignStoreException?> LookAsync(CancellationToken cancellationToken)
    {
        var ofLog = await states.ReadStateAsync(StoreOwnership.LeaseName, cancellationToken);
        if (ownership.IsAdmitted && ownership.Guard?.State == ofLog)
        {
            return null;
        }

        // The process looks by itself every few seconds whether the store is admitted again: each of many wake-ups need not.
        if (Refusal is { } before && _refused?.OfLog == ofLog)
        {
            return before;
        }

        try
        {
            await ownership.RequireAsync(store, cancellationToken);
            return null;
        }
        catch (ForeignStoreException e)
        {
            _refused = new(ofLog, e);
            return e;
        }
        catch (RecordingStorageException)
        {
            return Refusal;
        }
    }

    /// <param name="OfLog">What the log said of its store then.</param>
    private sealed record Refused(string? OfLog, ForeignStoreException Reason);
}
