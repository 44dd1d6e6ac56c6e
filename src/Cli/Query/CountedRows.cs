using System.Runtime.CompilerServices;
using Strata.Arrow;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Rows as they come in, counted, with progress by segments.</summary>
internal sealed class CountedRows(ArrowBatchStream batches, int segments, IProgress<OperationProgress> progress)
{
    public long Rows { get; private set; }

    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? segment = null;
        var begun = 0;
        await foreach (var batch in batches.ReadBatchesAsync(cancellationToken))
        {
            // A batch has the rows of one segment.
            var id = ((StringArray)batch.Column(0)).GetString(0);
            begun += id == segment ? 0 : 1;
            segment = id;
            progress.Report(new("querying", begun - 1, segments));
            Rows += batch.Length;
            yield return batch;
        }
    }
}
