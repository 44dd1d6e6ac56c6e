using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections.Backfills;
using Strata.Projections.ChunkIndex;
using Strata.Projections.DatasetManifest;
using Strata.Projections.DatasetSchema;
using Strata.Projections.Entries;
using Strata.Projections.Fleet;
using Strata.Projections.Folding;
using Strata.Projections.Moments;
using Strata.Projections.Quarantine;
using Strata.Projections.Rules;
using Strata.Projections.Running;
using Strata.Projections.SegmentProperties;
using Strata.Projections.SegmentTable;
using Strata.Projections.WorkList;

namespace Strata.Projections;

/// <summary>The read models of a data directory: the tables of each projection, and the queries over them.</summary>
public sealed class ReadModels : IReadModels, IDisposable
{
    private ReadModels(FoldedTables catalog, FoldedTables fleet, IEventStore events, ILogger logger)
    {
        (CatalogTables, FleetTables) = (catalog, fleet);
        Entries = new EntryQuery(catalog);
        Moments = new MomentQuery(catalog, events);
        Segments = new SegmentTableQuery(catalog);
        Manifest = new DatasetManifestQuery(catalog);
        Schemas = new DatasetSchemaQuery(catalog, events, logger);
        Chunks = new ChunkIndexQuery(catalog, events);
        SegmentProperties = new SegmentPropertyQuery(catalog, events);
        Rules = new RuleQuery(catalog);
        Work = new WorkQuery(catalog);
        Evaluations = new EvaluationQuery(catalog);
        Backfills = new BackfillListing(catalog);
        Quarantine = new QuarantineQuery(fleet);
        Fleet = new FleetQuery(fleet);
    }

    public long Position => CatalogTables.Position;

    public IEntryList Entries { get; }

    public IMoments Moments { get; }

    public ISegmentTable Segments { get; }

    public IDatasetManifest Manifest { get; }

    public IDatasetSchema Schemas { get; }

    public IChunkIndex Chunks { get; }

    public ISegmentProperties SegmentProperties { get; }

    public IRuleList Rules { get; }

    public IWorkList Work { get; }

    public IEvaluationList Evaluations { get; }

    public IBackfillList Backfills { get; }

    public IQuarantineList Quarantine { get; }

    public IFleet Fleet { get; }

    /// <summary>Why the catalog's tables do not follow the log, and from where on; null while they do.</summary>
    public string? Standstill => CatalogTables.Standstill;

    /// <summary>As <see cref="Standstill"/>, of the tables of robots and quarantine.</summary>
    public string? FleetStandstill => FleetTables.Standstill;

    /// <summary>For how long some tables have not shown all that the log holds, and how much; null while all follow closely.</summary>
    public string? Lag => Projections.Select(tables => tables.Lag).FirstOrDefault(reason => reason is not null);

    internal FoldedTables CatalogTables { get; }

    internal FoldedTables FleetTables { get; }

    /// <summary>The one that everybody reads first.</summary>
    internal IReadOnlyList<FoldedTables> Projections => [CatalogTables, FleetTables];

    /// <summary>
    /// Opens the live generation of each projection in <paramref name="dataDirectory"/>, or begins an empty one where there is none or where the file is broken.
    /// Before the first answer it is compared with the log: one of other folds or of another log is replaced by an empty one too, which the runner fills by replay.
    /// </summary>
    public static ReadModels Open(string dataDirectory, IEventStore events, ILogger<ReadModels> logger)
    {
        var folder = Path.GetFullPath(dataDirectory);
        var catalog = FoldedTables.Open(folder, CatalogProjection.Definition, events, logger);
        try
        {
            return new ReadModels(catalog, FoldedTables.Open(folder, FleetProjection.Definition, events, logger), events, logger);
        }
        catch
        {
            catalog.Dispose();
            throw;
        }
    }

    public Task WaitForAsync(long position, CancellationToken cancellationToken) => CatalogTables.WaitForAsync(position, cancellationToken);

    /// <summary>Ends when the tables show the log up to <paramref name="position"/>, or tables of older folds serve until that is so.</summary>
    public Task WaitUntilServingAsync(long position, CancellationToken cancellationToken) => CatalogTables.WaitUntilServingAsync(position, cancellationToken);

    public Task WaitForChangeAsync(long position, CancellationToken cancellationToken) => CatalogTables.WaitForChangeAsync(position, cancellationToken);

    public void Dispose()
    {
        CatalogTables.Dispose();
        FleetTables.Dispose();
    }
}
