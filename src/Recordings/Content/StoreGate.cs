namespace Strata.Recordings;

/// <summary>Nothing of a store is read or written before it is known whose it is: a file that another store has would be taken for missing, and one of another catalog for an orphan.</summary>
/// <param name="admission">Null: whoever opened the store knows.</param>
internal sealed class StoreGate(IStoreAdmission? admission, IStoreLabel label)
{
    public IStoreLabel Label => label;

    public ValueTask PassAsync(CancellationToken cancellationToken) => admission is null or { IsAdmitted: true } ? ValueTask.CompletedTask : new(AskAsync(cancellationToken));

    /// <summary>Also of a store that was admitted before: somebody may have given it to another catalog since.</summary>
    /// <exception cref="RecordingStorageException">It is not ours, or cannot be told now.</exception>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        if (admission is null)
        {
            return;
        }

        try
        {
            await admission.RequireAsync(label, cancellationToken);
        }
        catch (ForeignStoreException e)
        {
            throw e.OfStore(label.Place);
        }
    }
}
