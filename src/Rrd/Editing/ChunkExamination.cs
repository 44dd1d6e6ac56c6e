using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>The rules that one chunk can break although it can be read. Source: rrd-format §2.3, §4, §7.</summary>
internal sealed class ChunkExamination(DiagnosticList findings)
{
    // Continuation, and no metadata.
    private static ReadOnlySpan<byte> EndMarker => [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    private readonly Dictionary<(StoreId, EntityPath, string), ArrowType> _types = [];

    public void Examine(StoreId store, in ArrowMsg message, RecordBatch batch, ReadOnlyMemory<byte> stream, Chunk chunk, long offset)
    {
        Message(message, stream.Length, chunk, offset);
        Stream(stream, offset);
        Path(batch, chunk, offset);
        Version(batch, offset);
        Columns(batch, offset);
        Rows(chunk, offset);
        foreach (var component in chunk.Components)
        {
            if (!_types.TryAdd((store, chunk.EntityPath, component.Descriptor.Component), component.Lists.DataType)
                && _types[(store, chunk.EntityPath, component.Descriptor.Component)] is var known && known != component.Lists.DataType)
            {
                findings.Add(offset, RrdRules.ColumnType, $"'{component.Descriptor}' of {chunk.EntityPath} is {component.Lists.DataType}, in an earlier chunk {known}");
            }
        }
        if (chunk.EntityPath.Parts is [var first, ..] && first.StartsWith("__", StringComparison.Ordinal) && first != EntityPath.PropertiesPart && store.Kind == StoreKind.Recording)
        {
            findings.Add(offset, RrdRules.ReservedName, $"the entity {chunk.EntityPath} begins with two underscores, which is Rerun's own");
        }
    }

    private void Message(in ArrowMsg message, int streamBytes, Chunk chunk, long offset)
    {
        if (message.ChunkId is null)
        {
            findings.Add(offset, RrdRules.ArrowMessage, "the message has no chunk_id: rerun rrd verify and route fail on it");
        }
        else if (message.ChunkId != chunk.Id)
        {
            findings.Add(offset, RrdRules.ArrowMessage, $"the message calls the chunk {message.ChunkId.Value.ToChunkId()}, and itself it is {chunk.Id.ToChunkId()}");
        }
        if (message.IsStatic is not { } isStatic)
        {
            findings.Add(offset, RrdRules.ArrowMessage, "the message does not say whether the chunk is static");
        }
        else if (isStatic != chunk.IsStatic)
        {
            findings.Add(offset, RrdRules.ArrowMessage, $"the message says is_static={isStatic}, and the chunk has {chunk.Timelines.Count} timelines");
        }
        if (message.UncompressedSize != (ulong)streamBytes)
        {
            findings.Add(offset, RrdRules.ArrowMessage, $"uncompressed_size is {message.UncompressedSize}, and the Arrow stream has {streamBytes} bytes");
        }
        if (message.Compression == 0)
        {
            findings.Add(offset, RrdRules.ArrowMessage, "the message does not say whether it is compressed (compression 0)");
        }
        if (message.IsAlpha)
        {
            findings.Add(offset, RrdRules.ArrowMessage, "the message has the form of an alpha build of 0.23, which no release reads");
        }
    }

    // Every reader takes the first batch: what is behind it is lost without a word.
    private void Stream(ReadOnlyMemory<byte> stream, long offset)
    {
        try
        {
            var reader = new ArrowStreamReader(stream);
            reader.ReadNextRecordBatch();
            if (reader.ReadNextRecordBatch() is { } second)
            {
                findings.Add(offset, RrdRules.ArrowStream, $"the Arrow stream of the chunk has a second record batch, of {second.Length} rows: it is ignored");
            }
            else if (!stream.Span.EndsWith(EndMarker) && stream.Span.LastIndexOf(EndMarker) is var end && end >= 0)
            {
                findings.Add(offset, RrdRules.ArrowStream, $"{stream.Length - end - EndMarker.Length} bytes stand behind the end marker of the chunk's Arrow stream");
            }
        }
        catch (ArrowFormatException e)
        {
            findings.Add(offset, RrdRules.ArrowStream, $"behind the first record batch: expected {e.Expected}, found {e.Found}");
        }
    }

    private void Path(RecordBatch batch, Chunk chunk, long offset)
    {
        if (batch.Schema.Metadata.GetValueOrDefault(SorbetKeys.EntityPath) is { } written && !EntityPathText.IsWellFormed(written))
        {
            findings.Add(offset, RrdRules.EntityPath, $"the entity path '{written}' has no leading slash, an empty part, or a character that is not escaped: it is read as {chunk.EntityPath}");
        }
    }

    private void Version(RecordBatch batch, long offset)
    {
        var version = SorbetVersion.Of(batch.Schema.Metadata);
        if (!batch.Schema.Metadata.TryGetValue(SorbetKeys.SorbetVersion, out var text))
        {
            findings.Add(offset, RrdRules.SorbetVersion, $"no sorbet:version: it is read as {version} and migrated");
        }
        else if (version < SorbetVersion.VisibleName)
        {
            findings.Add(offset, RrdRules.SorbetVersion, $"sorbet:version {text} is old: it is migrated each time it is read; strata rrd migrate does so once");
        }
        else if (version > SorbetVersion.NewestKnown)
        {
            findings.Add(offset, RrdRules.NewerVersion, $"sorbet:version {text} is newer than {SorbetVersion.NewestKnown}, the newest that is known here");
        }
        else if (text != version.ToString())
        {
            findings.Add(offset, RrdRules.SorbetVersion, $"sorbet:version '{text}' is no version");
        }
    }

    private void Columns(RecordBatch batch, long offset)
    {
        var group = 0;
        foreach (var field in batch.Schema.FieldsList)
        {
            var kind = field.Metadata.GetValueOrDefault(SorbetKeys.Kind) ?? field.Metadata.GetValueOrDefault("rerun.kind");
            var next = kind switch { SorbetKeys.KindControl or "row_id" => 0, SorbetKeys.KindIndex or "time" => 1, _ => 2 };
            if (next < group)
            {
                findings.Add(offset, RrdRules.ColumnOrder, $"the column '{field.Name}' must stand before the {(group == 2 ? "data" : "index")} columns");
            }
            group = Math.Max(group, next);
            Column(field, next, offset);
        }
    }

    private void Column(Field field, int group, long offset)
    {
        switch (group)
        {
            case 0 when field.IsNullable || field.DataType is not FixedSizeBinaryType:
                findings.Add(offset, RrdRules.RowIdColumn, $"the row ids are {field.DataType}{(field.IsNullable ? ", nullable" : "")}; expected FixedSizeBinary(16), not nullable");
                break;
            case 0 when field.Metadata.GetValueOrDefault(SorbetKeys.ExtensionName) != SorbetKeys.TuidExtension && field.Metadata.ContainsKey(SorbetKeys.Kind):
                findings.Add(offset, RrdRules.RowIdColumn, $"the row ids do not say that they are {SorbetKeys.TuidExtension} ({SorbetKeys.ExtensionName})");
                break;
            case 1 when field.DataType is TimestampType { Timezone: { } zone }:
                findings.Add(offset, RrdRules.IndexColumn, $"the timeline '{field.Name}' has the time zone '{zone}', which makes a footer contradict its schema");
                break;
            case 2 when field.DataType is not ListType:
                findings.Add(offset, RrdRules.DataColumn, $"'{field.Name}' is {field.DataType}; expected a List: each row is read as one item");
                break;
            case 2 when field.DataType is ListType { ValueField: var item } && (item.Name != "item" || !item.IsNullable || item.HasMetadata):
                findings.Add(offset, RrdRules.DataColumn, $"the items of '{field.Name}' are called '{item.Name}'{(item.IsNullable ? "" : " and not nullable")}; expected nullable ones called 'item'");
                break;
            default:
                break;
        }
        if (group == 2 && field.Metadata.GetValueOrDefault(SorbetKeys.Component) is { } component && component != field.Name)
        {
            findings.Add(offset, RrdRules.ColumnName, $"the column '{field.Name}' holds the component '{component}'; expected its name");
        }
    }

    private void Rows(Chunk chunk, long offset)
    {
        if (chunk.NumRows == 0 || chunk.Components.Count == 0)
        {
            findings.Add(offset, RrdRules.EmptyChunk, $"a chunk of {chunk.EntityPath} has {chunk.NumRows} rows and {chunk.Components.Count} components; Rerun ignores it");
        }
        if (!chunk.IsSortedByRowId)
        {
            findings.Add(offset, RrdRules.RowOrder, $"the row ids of a chunk of {chunk.EntityPath} are not ascending; a catalog server refuses it");
        }
        foreach (var timeline in chunk.Timelines)
        {
            if (timeline.Times.Contains(long.MinValue))
            {
                findings.Add(offset, RrdRules.IndexColumn, $"the timeline '{timeline.Name}' of a chunk of {chunk.EntityPath} has the time {long.MinValue}, which stands for static data");
            }
        }
    }
}
