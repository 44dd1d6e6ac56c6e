namespace Strata.Web;

/// <summary>The rows of a query as an Arrow IPC stream, from this process or over HTTP from the one that holds the data directory: too many for one answer.</summary>
public interface IDataframeStreams
{
    /// <exception cref="OperationException">In words for the person who asked. Where it comes after the first row, the stream has no end marker.</exception>
    Task WriteAsync(QueryRequest request, Stream to, CancellationToken cancellationToken);
}
