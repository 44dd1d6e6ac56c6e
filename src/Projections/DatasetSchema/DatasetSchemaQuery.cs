using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Purges;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.DatasetSchema;

/// <summary>Merges the schemas of the current layers, each schema once, in the order in which the log first showed them. Source: catalog-protocol §2.11.</summary>
internal sealed class DatasetSchemaQuery(FoldedTables tables, IEventStore events, ILogger logger) : IDatasetSchema
{
    /// <summary>Decoded schemas and merged sets; a fleet has tens of both. What is over is decoded again.</summary>
    private const int Remembered = 512;

    private static readonly Schema Empty = new([]);

    private readonly ConcurrentDictionary<Sha256Digest, Schema> _decoded = new();
    private readonly ConcurrentDictionary<EquatableArray<Sha256Digest>, Schema> _merged = new();

    public async Task<Schema> ReadAsync(DatasetId dataset, long? asOf, CancellationToken cancellationToken)
    {
        var blobs = await tables.QueryAsync(
            scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Read(scope, key, asOf ?? Temporal.Now) : [], cancellationToken).ConfigureAwait(false);
        if (blobs.Count == 0)
        {
            return Empty;
        }

        if (_merged.TryGetValue(blobs, out var known))
        {
            return known;
        }

        var absent = blobs.Where(blob => !_decoded.ContainsKey(blob)).ToArray();
        var content = await events.ReadBlobsAsync(absent, cancellationToken).ConfigureAwait(false);
        var merged = Empty;
        foreach (var blob in blobs)
        {
            merged = Merge(dataset, merged, await DecodedAsync(dataset, blob, content, cancellationToken).ConfigureAwait(false));
        }

        Remember(_merged, blobs, merged);
        return merged;
    }

    public async Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> FindAsync(
        DatasetId dataset, long? asOf, IReadOnlyCollection<Sha256Digest> schemas, CancellationToken cancellationToken)
    {
        var blobs = await tables.QueryAsync(scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Find(scope, key, schemas) : [], cancellationToken).ConfigureAwait(false);
        var contents = await events.ReadBlobsAsync([.. blobs.Values.Distinct()], cancellationToken).ConfigureAwait(false);
        var mayBePurged = !blobs.Values.All(contents.ContainsKey) && await tables.QueryAsync(scope => PurgeRows.AnyIn(scope, dataset), cancellationToken).ConfigureAwait(false);
        return blobs.Where(b => !mayBePurged || contents.ContainsKey(b.Value)).ToDictionary(b => b.Key, b => Content(dataset, b.Value, contents));
    }

    public async Task<IReadOnlyDictionary<Sha256Digest, Schema>> FindOrderedAsync(
        DatasetId dataset, long? asOf, IReadOnlyCollection<Sha256Digest> schemas, CancellationToken cancellationToken) =>
        (await FindAsync(dataset, asOf, schemas, cancellationToken).ConfigureAwait(false)).ToDictionary(s => s.Key, s => ColumnOrder.Of(new ArrowStreamReader(s.Value).Schema));

    private static Dictionary<Sha256Digest, Sha256Digest> Find(ReadScope scope, long dataset, IReadOnlyCollection<Sha256Digest> schemas)
    {
        var found = new Dictionary<Sha256Digest, Sha256Digest>();
        var rows = scope.Database.Prepare("SELECT schema_blob FROM dataset_schemas WHERE dataset = ?1 AND schema_sha256 = ?2").Bind(1, dataset);
        foreach (var schema in schemas)
        {
            if (rows.Bind(2, schema).Step())
            {
                found[schema] = rows.Digest(0);
                rows.Reset();
            }
        }

        return found;
    }

    private static ReadOnlyMemory<byte> Content(DatasetId dataset, Sha256Digest blob, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> contents) =>
        contents.TryGetValue(blob, out var found)
            ? found
            : throw new ReadModelStorageException($"dataset {dataset}: the schema blob {blob} is not in the log; verify the log, or restore it");

    private static EquatableArray<Sha256Digest> Read(ReadScope scope, long dataset, long asOf)
    {
        var rows = scope.Database.Prepare(
            "SELECT schema_blob FROM dataset_schemas WHERE dataset = ?1 AND from_position <= ?2 AND to_position > ?2 ORDER BY from_position")
            .Bind(1, dataset).Bind(2, asOf);
        var blobs = new List<Sha256Digest>();
        while (rows.Step())
        {
            blobs.Add(rows.Digest(0));
        }

        return blobs.ToEquatableArray();
    }

    private static void Remember<TKey, TValue>(ConcurrentDictionary<TKey, TValue> cache, TKey key, TValue value)
        where TKey : notnull
    {
        if (cache.Count >= Remembered)
        {
            cache.Clear();
        }

        cache[key] = value;
    }

    private async Task<Schema> DecodedAsync(DatasetId dataset, Sha256Digest blob, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        if (_decoded.TryGetValue(blob, out var known))
        {
            return known;
        }

        // Columns that only a purged segment had are gone with it, also as of before.
        if (!content.ContainsKey(blob) && await tables.QueryAsync(scope => PurgeRows.AnyIn(scope, dataset), cancellationToken).ConfigureAwait(false))
        {
            return Empty;
        }

        // The writer's version stands there, which differs from layer to layer.
        var schema = ColumnOrder.Of(new ArrowStreamReader(Content(dataset, blob, content)).Schema).WithMetadata(null);
        Remember(_decoded, blob, schema);
        return schema;
    }

    /// <summary>The write side admits no schema that conflicts; should one be there all the same, the first of two fields is shown and the other one named in the log.</summary>
    private Schema Merge(DatasetId dataset, Schema existing, Schema added)
    {
        if (SchemaMerge.TryMerge(existing, added, out var merged, out _))
        {
            return merged;
        }

        foreach (var field in added.FieldsList)
        {
            if (SchemaMerge.TryMerge(existing, new Schema([field]), out merged, out var conflict))
            {
                existing = merged;
            }
            else
            {
                logger.LogWarning("Dataset {Dataset}: {Conflict}; the first one is shown", dataset, conflict);
            }
        }

        return existing;
    }
}
