namespace Strata.Recordings;

internal sealed class LettingGo(IContent content, ReceivedFiles received, IAlone alone) : ILettingGo
{
    public Task MarkAsync(CancellationToken cancellationToken) => content.MarkAsync(cancellationToken);

    public async Task<bool> RemoveAsync(StoredFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        await alone.RequireAsync(cancellationToken);
        return ReceivedFiles.IsOne(file) ? received.Remove(file) : await content.RemoveAsync(file, cancellationToken);
    }

    public Task UnmarkAsync(CancellationToken cancellationToken) => content.UnmarkAsync(cancellationToken);

    public ValueTask DisposeAsync() => alone.DisposeAsync();
}
