using System.Text.Json.Serialization.Metadata;
using Strata.Contracts;

namespace Strata.Web;

/// <summary>
/// One operation of Strata: where it lies in REST, what it takes and what it gives. The same request runs in this process or over HTTP to the
/// process that holds the data directory.
/// </summary>
/// <param name="Template">Path with placeholders named as members of the request. Other members travel in the query (GET) or as the body (POST).</param>
/// <param name="Summary">One line for the list of operations.</param>
public sealed record OperationRoute<TRequest, TResponse>(
    HttpMethod Method,
    string Template,
    string Summary,
    JsonTypeInfo<TRequest> Request,
    JsonTypeInfo<TResponse> Response)
{
    /// <summary>What the caller needs, where tokens are: with the dataset that the path names, else with all.</summary>
    public AccessScope Needs { get; init; } = Method == HttpMethod.Get ? AccessScope.Read : AccessScope.Admin;

    /// <summary>
    /// The path names no dataset, and the scope with any one of them lets the caller in: the operation asks for the very one by <see cref="Asker.Require"/>, or shows
    /// only what may be read.
    /// </summary>
    public bool AsksItself { get; init; }

    /// <summary>Where the same request would do a second time what was done already: how to see whether it was, and what it would do. Null: whoever lost the answer may ask again.</summary>
    public Func<TRequest, LookFirst?>? Repeated { get; init; }

    /// <summary>What to do about an answer that was lost; null where nothing is changed.</summary>
    internal string? NextIfLost(TRequest request) => Method == HttpMethod.Get ? null : Repeated?.Invoke(request) is { } look
        ? $"mend that, then look whether it was done ({look.Command}), and run it again only if it was not: {look.Effect}"
        : "mend that and run the same command again, which is safe: what was done is not done a second time";

    /// <summary>The path may say a dataset's id instead of its name: then the operation asks for the right, since rights are to names. Of any other name it is asked for before.</summary>
    public bool TakesIds { get; init; }
}

/// <param name="Command">That shows whether it was done.</param>
/// <param name="Effect">Of the same request once more.</param>
public sealed record LookFirst(string Command, string Effect);

public interface IOperation<in TRequest, TResponse>
{
    /// <exception cref="OperationException">In words for the person who asked.</exception>
    Task<TResponse> RunAsync(TRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken);
}

/// <summary>Runs operations, wherever: in this process or over HTTP.</summary>
public interface IOperations
{
    /// <exception cref="OperationException">In words for the person who asked.</exception>
    Task<TResponse> RunAsync<TRequest, TResponse>(
        OperationRoute<TRequest, TResponse> route, TRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken);
}

/// <param name="Stage">What is being done, as a word for a progress bar: <c>reading</c>, <c>deriving</c>, <c>replaying</c>.</param>
/// <param name="Total">0 while it is not known.</param>
public sealed record OperationProgress(string Stage, long Done, long Total);
