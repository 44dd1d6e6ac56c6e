using Strata.EventStore;
using Strata.Projections.Running;

namespace Strata.Projections;

/// <inheritdoc/>
public sealed class ProjectionControl : IProjectionControl
{
    private readonly IReadOnlyList<TablesControl> _projections;

    public ProjectionControl(ReadModels models, IEventStore events)
    {
        ArgumentNullException.ThrowIfNull(models);
        _projections = [.. models.Projections.Select(tables => new TablesControl(tables, events))];
    }

    public Task<IReadOnlyList<ProjectionStatus>> ReadStatusAsync(CancellationToken cancellationToken) => EachAsync(one => one.ReadStatusAsync(cancellationToken));

    public Task<IReadOnlyList<ProjectionStatus>> ResumeAsync(CancellationToken cancellationToken) => EachAsync(one => one.ResumeAsync(cancellationToken));

    public async Task<IReadOnlyList<GenerationStatus>> DropOldAsync(CancellationToken cancellationToken) =>
        [.. (await EachAsync(one => one.DropOldAsync(cancellationToken)).ConfigureAwait(false)).SelectMany(dropped => dropped)];

    private async Task<IReadOnlyList<T>> EachAsync<T>(Func<TablesControl, Task<T>> ask) => await Task.WhenAll(_projections.Select(ask)).ConfigureAwait(false);
}
