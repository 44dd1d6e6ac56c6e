using Strata.Projections;

namespace Strata.Catalog.Entries;

/// <summary>
/// One look at the list of entries for all who watch it: with two hundred open viewers, each batch of registrations asks once whether an entry changed, and not
/// two hundred times.
/// </summary>
internal sealed class EntryWatch(IReadModels models)
{
    private readonly Lock _lock = new();
    private Task? _change;

    /// <summary>A task that ends when an entry changes after this call. Who takes it before looking, and then finds nothing, misses nothing by waiting for it.</summary>
    public Task NextChange(CancellationToken stopping)
    {
        lock (_lock)
        {
            return _change is { IsCompleted: false } ? _change : _change = WaitAsync(models.Position, stopping);
        }
    }

    private async Task WaitAsync(long position, CancellationToken stopping)
    {
        while (true)
        {
            await models.WaitForChangeAsync(position, stopping);
            var passed = models.Position;
            if (await models.Entries.ChangesAsync(position, maxChanges: 1, stopping) is [_, ..])
            {
                return;
            }

            position = passed;
        }
    }
}
