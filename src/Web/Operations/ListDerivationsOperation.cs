using Strata.Contracts;

namespace Strata.Web;

/// <param name="Rule">Null: all that stand.</param>
/// <param name="Failed">Of <paramref name="Failed"/>, <paramref name="Skipped"/>, <paramref name="Stale"/> and <paramref name="Waiting"/> any may hold; none of them: all.</param>
/// <param name="Limit">Of the rows; the summary counts all.</param>
/// <param name="AsOf">A log position or a time; null: now.</param>
public sealed record ListDerivationsRequest(
    string Dataset, string? Rule = null, bool Failed = false, bool Skipped = false, bool Stale = false, bool Waiting = false, int Limit = ListDerivationsOperation.DefaultLimit, string? AsOf = null);

/// <param name="Summary">Most asking for a person first.</param>
/// <param name="Rows">Of the same order, at most as many as asked for.</param>
/// <param name="Matching">How many rows there are.</param>
public sealed record ListDerivationsResponse(IReadOnlyList<DerivationSummary> Summary, IReadOnlyList<DerivationState> Rows, int Matching);

/// <param name="Stale">How many of <paramref name="Segments"/> have a layer that is older than a change of its inputs.</param>
/// <param name="ExampleSegment">The first of them.</param>
public sealed record DerivationSummary(string Rule, string Outcome, string? Reason, int Segments, int Stale, string ExampleSegment, string? WhatToDo);

/// <summary>What rules came to over all segments of a dataset, by reason.</summary>
public sealed class ListDerivationsOperation(DatasetDerivations derivations, Catalog catalog) : IOperation<ListDerivationsRequest, ListDerivationsResponse>
{
    /// <summary>What a person reads; the summary tells of the rest.</summary>
    public const int DefaultLimit = 100;

    public static OperationRoute<ListDerivationsRequest, ListDerivationsResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/datasets/{dataset}/derivations", "What rules came to over all segments", ApiJson.Default.ListDerivationsRequest, ApiJson.Default.ListDerivationsResponse);

    public async Task<ListDerivationsResponse> RunAsync(ListDerivationsRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (request.Limit < 0)
        {
            throw new OperationException(OperationErrors.Invalid, $"limit: expected 0 or more, found {request.Limit}", null);
        }

        var entry = await catalog.RequireDatasetAsync(request.Dataset, request.AsOf, asker, cancellationToken);
        var facts = await derivations.ReadAsync(entry, request.Rule, cancellationToken);
        var states = facts.States().Where(s => IsAsked(request, s)).OrderBy(s => s.Rank).ThenBy(s => s.Segment, StringComparer.Ordinal).ToList();
        return new(Summarise(states), [.. states.Take(request.Limit)], states.Count);
    }

    internal static IReadOnlyList<DerivationSummary> Summarise(IEnumerable<DerivationState> states) =>
    [
        .. states.GroupBy(s => (s.Rule, s.Outcome, s.Reason, s.Rank))
            .OrderBy(g => g.Key.Rank).ThenBy(g => g.Key.Rule, StringComparer.Ordinal).ThenBy(g => g.Key.Reason, StringComparer.Ordinal)
            .Select(g => new DerivationSummary(
                g.Key.Rule, g.Key.Outcome, g.Key.Reason, g.Count(), g.Count(s => s.Stale), g.First().Segment, ReasonLines.Find(g.Key.Outcome, g.Key.Reason)?.WhatToDo)),
    ];

    private static bool IsAsked(ListDerivationsRequest request, DerivationState state) =>
        !(request.Failed || request.Skipped || request.Stale || request.Waiting)
        || (request.Failed && state.Outcome == DerivationOutcomes.Failed)
        || (request.Skipped && state.Outcome == DerivationOutcomes.Skipped)
        || (request.Stale && state.Stale)
        || (request.Waiting && state.Waits);
}
