using Strata.Projections;

namespace Strata.Web;

public sealed record ListProjectionsRequest;

public sealed record ListProjectionsResponse(IReadOnlyList<ProjectionLine> Projections);

/// <summary>What <c>strata projections --json</c> prints for each.</summary>
/// <param name="Name"><c>catalog</c>; <c>fleet</c>: robots and quarantine.</param>
/// <param name="State"><c>current, catching_up, replacing, parked, waiting, standby, stopped</c>.</param>
/// <param name="Lag">Events in the log that the tables do not show.</param>
/// <param name="LagNs">Since the newest event that they show; null where no process folds.</param>
/// <param name="ReplayPosition">Of the generation that is being made; null where none is.</param>
/// <param name="HeldBack">What no reader of the log is shown yet; null where nothing is held back.</param>
/// <param name="Next">What to do about it; null where nothing is to be done.</param>
public sealed record ProjectionLine(
    string Name,
    int Generation,
    string State,
    long Position,
    long Head,
    long Lag,
    long? LagNs,
    double EventsPerSecond,
    long? ReplayPosition,
    string? Reason,
    ParkedEvent? Event,
    string? Next,
    IReadOnlyList<GenerationLine> Generations,
    HeldBackLine? HeldBack)
{
    internal static ProjectionLine Of(ProjectionStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new(
            status.Name,
            status.Generation,
            status.State switch
            {
                ProjectionState.Current => "current",
                ProjectionState.CatchingUp => "catching_up",
                ProjectionState.Replacing => "replacing",
                ProjectionState.Parked => "parked",
                ProjectionState.Waiting => "waiting",
                ProjectionState.Standby => "standby",
                _ => "stopped",
            },
            status.Position,
            status.Head,
            status.Lag,
            status.LagNs,
            status.EventsPerSecond,
            status.ReplayPosition,
            status.Reason,
            status.Event,
            status.State switch
            {
                ProjectionState.Parked => "mend the cause, then 'strata projections resume'",
                ProjectionState.Stopped when status.Lag > 0 => "'strata serve' folds on, as any command that reads does first",
                _ => null,
            },
            [.. status.Generations.Select(GenerationLine.Of)],
            status.HeldBack is { } held ? new(held.Numbers, held.Holder) : null);
    }
}

/// <param name="Numbers">Positions handed out above the head, which no reader is shown until the append with the lowest of them ends.</param>
/// <param name="Holder">Whose append that is.</param>
public sealed record HeldBackLine(long Numbers, string Holder);

/// <param name="Use"><c>live, old, unfinished</c>.</param>
public sealed record GenerationLine(string Projection, int Number, string Use, long SizeBytes)
{
    internal static GenerationLine Of(GenerationStatus generation) => new(
        generation.Projection,
        generation.Number,
        generation.Use switch
        {
            GenerationUse.Live => "live",
            GenerationUse.Old => "old",
            _ => "unfinished",
        },
        generation.SizeBytes);
}

public sealed class ListProjectionsOperation(IProjectionControl projections) : IOperation<ListProjectionsRequest, ListProjectionsResponse>
{
    public static OperationRoute<ListProjectionsRequest, ListProjectionsResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/projections", "How far the read models are, and why not further", ApiJson.Default.ListProjectionsRequest, ApiJson.Default.ListProjectionsResponse);

    public async Task<ListProjectionsResponse> RunAsync(ListProjectionsRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        new([.. (await projections.ReadStatusAsync(cancellationToken)).Select(ProjectionLine.Of)]);
}
