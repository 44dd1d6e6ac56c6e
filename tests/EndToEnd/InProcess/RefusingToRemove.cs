using Strata.DerivationWorkers.Tests;
using Strata.Recordings;

namespace Strata.EndToEnd.Tests;

/// <summary>A recording store of which nothing can be removed for as long as the test says so.</summary>
internal sealed class RefusingToRemove(IRecordingStore store) : RecordingStoreDecorator(store)
{
    public const string Reason = "the folder is read-only";

    public volatile bool Refuses = true;

    public override async Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => new Refusing(this, await base.LetGoAsync(cancellationToken));

    private sealed class Refusing(RefusingToRemove store, ILettingGo inner) : ILettingGo
    {
        public Task MarkAsync(CancellationToken cancellationToken) => inner.MarkAsync(cancellationToken);

        public Task<bool> RemoveAsync(StoredFile file, CancellationToken cancellationToken) =>
            store.Refuses ? throw new UnauthorizedAccessException(Reason) : inner.RemoveAsync(file, cancellationToken);

        public Task UnmarkAsync(CancellationToken cancellationToken) => inner.UnmarkAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
