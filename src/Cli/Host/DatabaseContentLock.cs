using Strata.EventStore;
using Strata.Recordings;

namespace Strata.Cli;

/// <summary>The lock between keeping recordings and removing them as one of the log's database, for processes on several machines over one bucket or folder.</summary>
internal sealed class DatabaseContentLock(ISharedLocks locks) : IContentLock
{
    // A log has one store of recordings, wherever it lies.
    public string Name => "recordings (a lock of the log's database)";

    public ValueTask<IAsyncDisposable?> TryShareAsync(bool isNewcomer, CancellationToken cancellationToken) => locks.TryShareAsync(Name, isNewcomer, cancellationToken);

    public async ValueTask<IAlone?> TryTakeAsync(CancellationToken cancellationToken) =>
        await locks.TryTakeAsync(Name, cancellationToken) is { } taken ? new Alone(taken, Name) : null;

    public ValueTask<IAsyncDisposable> InsistAsync(CancellationToken cancellationToken) => locks.InsistAsync(Name, cancellationToken);

    private sealed class Alone(ITakenLock taken, string name) : IAlone
    {
        public async ValueTask RequireAsync(CancellationToken cancellationToken)
        {
            if (!await taken.IsHeldAsync(cancellationToken))
            {
                throw new RecordingStorageException(
                    name, "the connection to the database broke, and with it the right to remove files; what was removed until then was told in the log, run it again for the rest", new IOException("the connection broke"));
            }
        }

        public ValueTask DisposeAsync() => taken.DisposeAsync();
    }
}
