using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>A chunk as it was stored, and whether every reader of today takes those bytes as they are.</summary>
/// <param name="IsCurrent">False: it must be encoded anew, since an old version wrote it, or one that broke a rule that can be mended.</param>
internal sealed record StoredForm(Chunk Chunk, bool IsCurrent)
{
    /// <exception cref="RrdFormatException">It is no chunk.</exception>
    public static StoredForm Read(in ArrowMsg message, long offset)
    {
        if (message.Encoding != ArrowMsg.ArrowIpc)
        {
            throw new RrdFormatException(offset, "a chunk encoded as Arrow IPC (1)", $"encoding {message.Encoding}", "Leave it out: --continue-on-error.");
        }
        var stream = IpcPayload.Uncompress(message.Payload, message.Compression, message.UncompressedSize, offset);
        var batch = IpcPayload.ReadBatch(stream, offset);
        var chunk = ChunkReader.Read(batch, offset, out var falselySorted);
        var isWhole = !message.IsAlpha && (message.Compression != ArrowMsg.Lz4 || (long)message.UncompressedSize == stream.Length);
        return HasTimeZone(chunk)
            ? new StoredForm(ChunkRows.Slice(chunk, chunk.Id, 0, chunk.NumRows), IsCurrent: false)
            : new StoredForm(chunk, isWhole && falselySorted is null && IsOfToday(batch, chunk));
    }

    // A time zone on a timeline makes the footer contradict the schema (§4.4); rows that are taken again have none.
    private static bool HasTimeZone(Chunk chunk) => chunk.Timelines.Any(timeline => timeline.Array.DataType is TimestampType { Timezone: not null });

    private static bool IsOfToday(RecordBatch batch, Chunk chunk) =>
        batch.Schema.Metadata.ContainsKey(SorbetKeys.SorbetVersion)
        && !(SorbetVersion.Of(batch.Schema.Metadata) < SorbetVersion.VisibleName)
        && batch.ColumnCount == 1 + chunk.Timelines.Count + chunk.Components.Count
        && chunk.IsSortedByRowId
        && HasColumnsInOrder(batch);

    // Row ids, then timelines, then components, each in the shape that Rerun asks for (§4.2–4.5).
    private static bool HasColumnsInOrder(RecordBatch batch)
    {
        var group = 0;
        for (var i = 0; i < batch.ColumnCount; i++)
        {
            var field = batch.Schema.GetFieldByIndex(i);
            var kind = field.Metadata.GetValueOrDefault(SorbetKeys.Kind);
            var next = kind switch { SorbetKeys.KindControl => 0, SorbetKeys.KindIndex => 1, SorbetKeys.KindData => 2, _ => -1 };
            var isShaped = next switch
            {
                0 => field is { DataType: FixedSizeBinaryType, IsNullable: false },
                1 => true,
                2 => field.DataType is ListType { ValueField: { Name: "item", IsNullable: true, HasMetadata: false } },
                _ => false,
            };
            if (next < group || !isShaped)
            {
                return false;
            }
            group = next;
        }
        return true;
    }
}
