namespace Strata.Recordings;

/// <summary>
/// Many who keep files, or one who removes them, over all processes that use one store. Nobody waits here: who finds it taken asks again. What a process held is given up
/// when it ends, however it ends. Source: DESIGN rule 15.
/// </summary>
public interface IContentLock
{
    /// <summary>As errors name it.</summary>
    string Name { get; }

    /// <param name="isNewcomer">Gives way also to who <see cref="InsistAsync"/>s; who shares already does not.</param>
    /// <returns>To be disposed of; null while somebody is alone.</returns>
    ValueTask<IAsyncDisposable?> TryShareAsync(bool isNewcomer, CancellationToken cancellationToken);

    /// <returns>Null while anybody shares or is alone.</returns>
    ValueTask<IAlone?> TryTakeAsync(CancellationToken cancellationToken);

    /// <summary>Until it is disposed of, newcomers wait, so that there comes a moment in which nobody shares.</summary>
    ValueTask<IAsyncDisposable> InsistAsync(CancellationToken cancellationToken);
}

/// <summary>The right of the one.</summary>
public interface IAlone : IAsyncDisposable
{
    /// <exception cref="RecordingStorageException">It was lost meanwhile, as with the connection to a database: others may keep files.</exception>
    ValueTask RequireAsync(CancellationToken cancellationToken);
}
