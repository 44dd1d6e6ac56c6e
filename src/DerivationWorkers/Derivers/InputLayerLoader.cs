using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Loads of a layer what a deriver reads, and nothing else.</summary>
public static class InputLayerLoader
{
    /// <param name="layer">The event by which the layer stands.</param>
    /// <inheritdoc cref="LoadAsync(DerivationInput, string, string, IRandomAccessBytes, IDeriver, CanonicalJson, CancellationToken)"/>
    public static Task<InputLayer> LoadAsync(
        LayerRegistered layer, IRandomAccessBytes recording, IDeriver deriver, CanonicalJson parameters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return LoadAsync(new(layer.Layer, layer.Fingerprint), layer.Segment, layer.ApplicationId, recording, deriver, parameters, cancellationToken);
    }

    /// <param name="layer">Name and fingerprint of the layer as it stands.</param>
    /// <param name="segment">The recording id, which picks the recording of a file that holds several.</param>
    /// <param name="applicationId">Picks among recordings of one id.</param>
    /// <param name="recording">The file's bytes: the footer is read, and the chunks that log a column which the deriver reads.</param>
    /// <exception cref="RrdFormatException">The file is damaged; the message has the offset.</exception>
    /// <exception cref="InvalidDataException">The file does not hold the recording.</exception>
    public static async Task<InputLayer> LoadAsync(
        DerivationInput layer,
        string segment,
        string applicationId,
        IRandomAccessBytes recording,
        IDeriver deriver,
        CanonicalJson parameters,
        CancellationToken cancellationToken)
    {
        var reader = await RrdReader.OpenAsync(recording, cancellationToken).ConfigureAwait(false);
        var store = StoreOf(reader.Contents, layer.Layer, segment, applicationId);
        var wanted = store.Schema.FieldsList.Where(field => SchemaColumns.ColumnOf(field) is not null && deriver.Reads(field, parameters))
            .Select(field => SchemaColumns.ColumnOf(field)!).ToHashSet();
        var chunks = ImmutableArray.CreateBuilder<Chunk>();
        var newest = default(Tuid);
        var logs = ChunksThatLog(store.Manifest, wanted);
        for (var i = 0; i < store.Manifest.Count; i++)
        {
            var id = store.Manifest.ChunkIds[i];
            newest = id > newest ? id : newest;
            if (logs[i])
            {
                chunks.Add(await reader.ReadChunkAsync(store.Manifest[i], cancellationToken).ConfigureAwait(false));
            }
        }

        return new(layer.Layer, layer.Fingerprint, store.Id.ApplicationId, store.Schema, newest, chunks.ToImmutable());
    }

    private static RrdStore StoreOf(RrdContents contents, string layer, string segment, string applicationId)
    {
        var recordings = contents.Recordings.Where(store => store.Id.RecordingId == segment).ToList();
        return recordings.Find(store => store.Id.ApplicationId == applicationId) ?? recordings.FirstOrDefault()
            ?? throw new InvalidDataException(
                $"layer {layer}: expected a recording '{segment}' in its file, found {(contents.Recordings.Any() ? string.Join(", ", contents.Recordings.Select(r => $"'{r.Id.RecordingId}'")) : "none")}");
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
}
