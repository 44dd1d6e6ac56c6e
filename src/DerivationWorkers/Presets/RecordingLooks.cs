using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Looks into a layer as presets see it: its schema, and one chunk of each column that can hold joints.</summary>
internal sealed class RecordingLooks(IEventStore events, IRecordingStore recordings)
{
    /// <summary>More joints than robots have, so that a recording with thousands of scalars costs no thousands of reads; the counts of the others stay unknown.</summary>
    private const int MaxColumnsCounted = 128;

    public async Task<RecordingLook> OfAsync(LayerRegistered layer, CancellationToken cancellationToken)
    {
        var blobs = await events.ReadBlobsAsync([layer.SchemaBlob, layer.ChunkIndexBlob], cancellationToken).ConfigureAwait(false);
        var input = PreparedInput.Of(layer, blobs);
        var columns = RecordingLook.ColumnsOf(new ArrowStreamReader(input.SchemaIpc).Schema);
        var index = ManifestTable.Read(input.ChunkIndexIpc);
        using var recording = await recordings.OpenAsync(layer.Kept, cancellationToken).ConfigureAwait(false);
        return await OfAsync(columns, index, recording, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="index">All chunks of the recording.</param>
    public static async Task<RecordingLook> OfAsync(IReadOnlyList<EntityColumn> columns, RrdManifest index, IRandomAccessBytes recording, CancellationToken cancellationToken)
    {
        var instances = new Dictionary<EntityColumn, int>();
        foreach (var column in columns.Take(MaxColumnsCounted))
        {
            if (FirstChunk(index, column) is { } first
                && JointCells.TryOf((await ChunkSource.ReadAsync(recording, index[first], cancellationToken).ConfigureAwait(false)).Component(column.Component)!.Lists) is { } cells
                && Enumerable.Range(0, cells.Rows).Select(cells.Count).FirstOrDefault(count => count > 0) is var count and > 0)
            {
                instances[column] = count;
            }
        }

        return new(columns, instances);
    }

    private static int? FirstChunk(RrdManifest index, EntityColumn column)
    {
        foreach (var ranges in index.ComponentRanges.Where(r => r.Component.Component == column.Component))
        {
            for (var i = 0; i < index.Count; i++)
            {
                if (ranges.NumRows[i] > 0 && index.EntityPaths[i] == column.Entity)
                {
                    return i;
                }
            }
        }

        return null;
    }
}
