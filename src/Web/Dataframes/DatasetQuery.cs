using System.Runtime.CompilerServices;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Projections;
using Strata.Recordings;
using Strata.Rrd.Dataframe;

namespace Strata.Web;

/// <summary>One query of a dataset: segment by segment, of each only the layers and the chunks that can say something.</summary>
public sealed class DatasetQuery
{
    /// <summary>To look whether a file is there waits for an object store to answer, and costs neither of the two much.</summary>
    private const int ParallelLooks = 16;

    private readonly QueryRequest _request;
    private readonly DatasetEntry _entry;
    private readonly IReadModels _models;
    private readonly QueryFaults _faults;
    private readonly IRecordingStore _recordings;
    private readonly Dictionary<Sha256Digest, Schema> _schemas = [];

    internal DatasetQuery(QueryRequest request, DatasetEntry entry, DataframeSchema schema, IReadModels models, QueryFaults faults, IRecordingStore recordings)
    {
        (_request, _entry, _models, _faults, _recordings) = (request, entry, models, faults, recordings);
        Schema = schema;
    }

    public DataframeSchema Schema { get; }

    /// <summary>Null: now.</summary>
    public long? AsOf => _entry.AsOf;

    private IReadOnlyList<string>? Segments => _request.Segments is { Count: > 0 } some ? some : null;

    /// <summary>Whether all files that it needs can be read, before the first row is.</summary>
    /// <returns>How many segments there are.</returns>
    /// <exception cref="OperationException">A segment that is asked for is not there, or a file cannot be read; the message says which and why.</exception>
    public async Task<int> CheckAsync(IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var needed = new List<LayerChunks>();
        await foreach (var segment in ReadSegmentsAsync(cancellationToken))
        {
            using (segment)
            {
                known.Add(segment.Id);
                needed.AddRange(segment.Needed(Schema));
            }
        }

        if (Segments?.FirstOrDefault(id => !known.Contains(id)) is { } missing)
        {
            throw await _faults.MissingSegmentAsync(_request, _entry, missing, cancellationToken);
        }

        var looked = 0;
        await Parallel.ForEachAsync(
            needed.DistinctBy(layer => layer.Kept),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelLooks, CancellationToken = cancellationToken },
            async (layer, token) =>
            {
                await _faults.WatchAsync(layer, async () => (await _recordings.OpenAsync(layer.Kept, token)).Dispose(), token);
                progress.Report(new("opening", Interlocked.Increment(ref looked), needed.Count));
            });
        return known.Count;
    }

    /// <summary>All rows, sorted by segment and index.</summary>
    /// <exception cref="OperationException">A file cannot be read, or is not what was registered.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var segment in ReadSegmentsAsync(cancellationToken))
        {
            using (segment)
            {
                await using var batches = new SegmentDataframe(segment.Id, segment.Layers, Schema).ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
                while (await _faults.WatchAsync(segment, async () => await batches.MoveNextAsync(), cancellationToken))
                {
                    yield return batches.Current;
                }
            }
        }
    }

    private async IAsyncEnumerable<KeptSegment> ReadSegmentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var layers = new List<LayerChunks>();
        await foreach (var layer in _models.Chunks.ReadManyAsync(_entry.Source, Segments, _entry.AsOf, cancellationToken))
        {
            if (layers.Count > 0 && layers[0].Segment != layer.Segment)
            {
                yield return await OpenAsync(layers, cancellationToken);
                layers = [];
            }

            layers.Add(layer);
        }

        if (layers.Count > 0)
        {
            yield return await OpenAsync(layers, cancellationToken);
        }
    }

    private async Task<KeptSegment> OpenAsync(List<LayerChunks> layers, CancellationToken cancellationToken)
    {
        // The recordings of one robot share their schema.
        var unknown = layers.Select(layer => layer.SchemaSha256).Where(hash => !_schemas.ContainsKey(hash)).Distinct().ToArray();
        if (unknown.Length > 0)
        {
            foreach (var (hash, stream) in await _models.Schemas.FindAsync(_entry.Source, _entry.AsOf, unknown, cancellationToken))
            {
                _schemas[hash] = Arrow.Schema.FromIpcStream(stream);
            }
        }

        return new KeptSegment(layers, _schemas, _recordings);
    }
}
