using System.Runtime.CompilerServices;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Layers.Reading;

/// <summary>Makes a table's batch of layers, page by page.</summary>
internal abstract class TableBuilder
{
    /// <summary>What it needs of each layer.</summary>
    public abstract LayerParts Parts { get; }

    public abstract void Add(LayerPage page, CancellationToken cancellationToken);

    public abstract RecordBatch Finish();
}

/// <summary>A table over the layers of a dataset.</summary>
internal abstract class TableReader(FoldedTables tables) : ITable
{
    /// <summary>A batch is some hundred kilobytes: large enough that its overhead vanishes, small enough that a slow client costs little.</summary>
    internal const int SegmentsPerBatch = 2_048;

    public Task<Schema> ReadSchemaAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken) =>
        tables.QueryAsync(scope => ReadColumns(scope, dataset, asOf ?? scope.Position).Schema, cancellationToken);

    public Task<RecordBatch> ReadAsync(DatasetId dataset, TableQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return tables.QueryAsync(
            scope =>
            {
                var (builder, scan) = Begin(scope, dataset, query).Start();
                var page = new LayerPage();
                while (!scan.IsAtEnd)
                {
                    scan.Read(scope, SegmentsPerBatch, page, cancellationToken);
                    builder.Add(page, cancellationToken);
                }

                return builder.Finish();
            },
            cancellationToken);
    }

    public async IAsyncEnumerable<RecordBatch> ReadBatchesAsync(DatasetId dataset, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var page = new LayerPage();
        var reading = await tables.QueryAsync(scope => Begin(scope, dataset, query), cancellationToken).ConfigureAwait(false);
        var (_, scan) = reading.Start();
        while (!scan.IsAtEnd)
        {
            yield return await tables.QueryAsync(
                scope =>
                {
                    var builder = reading.Builder();
                    scan.Read(scope, SegmentsPerBatch, page, cancellationToken);
                    builder.Add(page, cancellationToken);
                    return builder.Finish();
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    protected abstract TableColumns ReadColumns(ReadScope scope, DatasetId dataset, long asOf);

    protected abstract TableBuilder Build(TableColumns columns);

    private Reading Begin(ReadScope scope, DatasetId dataset, TableQuery query)
    {
        var asOf = query.AsOf ?? scope.Position;
        var columns = ReadColumns(scope, dataset, asOf);
        columns.Pick(query.Columns);
        return new(dataset, query, asOf, () => Build(columns));
    }

    /// <summary>One answer: its columns and the moment that it shows are settled.</summary>
    private sealed record Reading(DatasetId Dataset, TableQuery Query, long AsOf, Func<TableBuilder> Builder)
    {
        public (TableBuilder Builder, LayerScan Scan) Start()
        {
            var builder = Builder();
            return (builder, new LayerScan(Dataset, Query, AsOf, builder.Parts));
        }
    }
}
