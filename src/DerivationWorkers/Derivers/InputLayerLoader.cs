using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Loads of a layer what a deriver reads, and nothing else.</summary>
public static class InputLayerLoader
{
    /// <summary>Decoding so much takes a millisecond; to hand less to another thread costs more than it saves.</summary>
    private const int LargeChunkBytes = 1 << 20;

    /// <summary>A command and an observation. More would not be faster where other evaluations run beside this one.</summary>
    private const int LargeChunksAtOnce = 2;

    private static readonly ContentCache<Schema> Schemas = new();

    /// <summary>What was asked last of a schema; a schema is read by one deriver, rarely by several.</summary>
    private static readonly ConditionalWeakTable<Schema, WantedColumns> Wanted = [];

    /// <param name="layer">The event by which the layer stands.</param>
    /// <param name="schemaIpc">The blob that <see cref="LayerRegistered.SchemaBlob"/> names.</param>
    /// <param name="chunkIndexIpc">The blob that <see cref="LayerRegistered.ChunkIndexBlob"/> names.</param>
    /// <param name="recording">The file's bytes; only chunks that log a column which the deriver reads are fetched.</param>
    /// <exception cref="RrdFormatException">The file is not what its chunk index says; the message has the offset.</exception>
    public static Task<InputLayer> LoadAsync(
        LayerRegistered layer,
        ReadOnlyMemory<byte> schemaIpc,
        ReadOnlyMemory<byte> chunkIndexIpc,
        IRandomAccessBytes recording,
        IDeriver deriver,
        CanonicalJson parameters,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return LoadAsync(
            new(layer.Layer, layer.Fingerprint),
            layer.ApplicationId,
            new ArrowStreamReader(schemaIpc, Schemas).Schema,
            ManifestTable.Read(chunkIndexIpc),
            recording,
            deriver,
            parameters,
            cancellationToken);
    }

    /// <param name="layer">Name and fingerprint of the layer as it stands.</param>
    /// <param name="schema">Of the recording. Source: rrd-format §9.3.</param>
    /// <param name="index">All chunks of the recording. Source: rrd-format §9.2.</param>
    /// <inheritdoc cref="LoadAsync(LayerRegistered, ReadOnlyMemory{byte}, ReadOnlyMemory{byte}, IRandomAccessBytes, IDeriver, CanonicalJson, CancellationToken)"/>
    public static async Task<InputLayer> LoadAsync(
        DerivationInput layer,
        string applicationId,
        Schema schema,
        RrdManifest index,
        IRandomAccessBytes recording,
        IDeriver deriver,
        CanonicalJson parameters,
        CancellationToken cancellationToken)
    {
        var logs = ChunksThatLog(index, WantedBy(deriver, parameters, schema));
        var newest = default(Tuid);
        var wanted = new List<ChunkEntry>();
        for (var i = 0; i < index.Count; i++)
        {
            var id = index.ChunkIds[i];
            newest = id > newest ? id : newest;
            if (logs[i])
            {
                wanted.Add(index[i]);
            }
        }

        return new(layer.Layer, layer.Fingerprint, applicationId, schema, newest, await ReadAsync(recording, wanted, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>In the order of the recording. Large ones are read side by side: commands and observations of an hour are a chunk each, and their bytes take longest.</summary>
    private static async Task<ImmutableArray<Chunk>> ReadAsync(IRandomAccessBytes recording, List<ChunkEntry> wanted, CancellationToken cancellationToken)
    {
        var chunks = new Chunk[wanted.Count];
        var large = new List<int>();
        for (var i = 0; i < chunks.Length; i++)
        {
            if (wanted[i].UncompressedByteSize >= LargeChunkBytes)
            {
                large.Add(i);
            }
            else
            {
                chunks[i] = await ChunkSource.ReadAsync(recording, wanted[i], cancellationToken).ConfigureAwait(false);
            }
        }

        await Parallel.ForEachAsync(
            large,
            new ParallelOptions { MaxDegreeOfParallelism = LargeChunksAtOnce, CancellationToken = cancellationToken },
            async (i, token) => chunks[i] = await ChunkSource.ReadAsync(recording, wanted[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return ImmutableCollectionsMarshal.AsImmutableArray(chunks);
    }

    private static HashSet<EntityColumn> WantedBy(IDeriver deriver, CanonicalJson parameters, Schema schema)
    {
        if (Wanted.TryGetValue(schema, out var last) && ReferenceEquals(last.Deriver, deriver) && last.Parameters == parameters)
        {
            return last.Columns;
        }

        var columns = SchemaColumns.Of(schema).Where(c => deriver.Reads(c.Field, parameters)).Select(c => c.Column).ToHashSet();
        Wanted.AddOrUpdate(schema, new(deriver, parameters, columns));
        return columns;
    }

    /// <summary>Per chunk, whether a row of it has a wanted column that is not null.</summary>
    private static bool[] ChunksThatLog(RrdManifest manifest, HashSet<EntityColumn> wanted)
    {
        var logs = new bool[manifest.Count];
        foreach (var ranges in manifest.ComponentRanges)
        {
            Mark(ranges.Component.Component, i => ranges.NumRows[i] > 0);
        }

        foreach (var component in manifest.Components)
        {
            Mark(component.Component.Component, i => component.HasStaticData[i]);
        }

        return logs;

        void Mark(string component, Func<int, bool> isLogged)
        {
            if (wanted.Any(column => column.Component == component))
            {
                for (var i = 0; i < logs.Length; i++)
                {
                    logs[i] = logs[i] || (isLogged(i) && wanted.Contains(new(manifest.EntityPaths[i], component)));
                }
            }
        }
    }

    private sealed record WantedColumns(IDeriver Deriver, CanonicalJson Parameters, HashSet<EntityColumn> Columns);
}
