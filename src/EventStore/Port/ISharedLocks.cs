namespace Strata.EventStore;

/// <summary>
/// Named locks over all processes of one log: many share one, or one has it alone. Nobody waits here: who finds it taken asks again. What a process held is given up when
/// it ends, or loses its connection. Operational state.
/// </summary>
public interface ISharedLocks
{
    /// <param name="isNewcomer">Gives way also to who insists.</param>
    /// <returns>To be disposed of; null while somebody is alone.</returns>
    /// <exception cref="LogStorageException">The database does not answer or refuses.</exception>
    ValueTask<IAsyncDisposable?> TryShareAsync(string name, bool isNewcomer, CancellationToken cancellationToken);

    /// <returns>Null while anybody shares or is alone.</returns>
    /// <exception cref="LogStorageException">The database does not answer or refuses.</exception>
    ValueTask<ITakenLock?> TryTakeAsync(string name, CancellationToken cancellationToken);

    /// <summary>Until it is disposed of, newcomers get no share.</summary>
    /// <exception cref="LogStorageException">The database does not answer or refuses.</exception>
    ValueTask<IAsyncDisposable> InsistAsync(string name, CancellationToken cancellationToken);
}

public interface ITakenLock : IAsyncDisposable
{
    /// <summary>Asks the database: with the connection the lock is lost, and somebody else may have it.</summary>
    ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken);
}
