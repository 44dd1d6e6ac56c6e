namespace Strata.Web;

public sealed record ListDeriversRequest;

public sealed record ListDeriversResponse(IReadOnlyList<DeriverListing> Derivers);

/// <param name="From"><c>built-in</c>, or the file of its definition.</param>
/// <param name="Reads">Columns without which it derives nothing; empty: its parameters say, or it looks at whatever is there.</param>
/// <param name="Outputs">Entity paths below which it writes; empty: its parameters say.</param>
/// <param name="Parameters">By name; null: any are passed on.</param>
/// <param name="Problem">Why it is not to be had here; null: it is.</param>
public sealed record DeriverListing(
    string Name, int? Version, string From, string? Description, IReadOnlyList<string> Reads, IReadOnlyList<string> Outputs, IReadOnlyList<string>? Parameters, string? Problem);

/// <summary>The derivers' room lists what it has.</summary>
public interface IDeriverList
{
    IReadOnlyList<DeriverListing> List();
}

public sealed class ListDeriversOperation(IDeriverList derivers) : IOperation<ListDeriversRequest, ListDeriversResponse>
{
    public static OperationRoute<ListDeriversRequest, ListDeriversResponse> Route { get; } = new(
        HttpMethod.Get, "/api/v1/derivers", "The derivers of this server, built in and from outside", ApiJson.Default.ListDeriversRequest, ApiJson.Default.ListDeriversResponse);

    public Task<ListDeriversResponse> RunAsync(ListDeriversRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) =>
        Task.FromResult(new ListDeriversResponse(derivers.List()));
}
