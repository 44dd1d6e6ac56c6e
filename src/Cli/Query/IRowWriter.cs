using Strata.Arrow;

namespace Strata.Cli;

/// <summary>One way to give rows out, as they come.</summary>
internal interface IRowWriter
{
    Task WriteAsync(IAsyncEnumerable<RecordBatch> batches, CancellationToken cancellationToken);
}
