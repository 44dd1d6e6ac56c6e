using System.Text.Json;

namespace Strata.Contracts;

/// <summary>
/// Reads events as the log holds them. The two types that fill a log are read straight from the form in which <see cref="EventJson"/> writes them, members in their order;
/// whatever else it meets, the serializer reads, so that both give the same event or the same error for every text.
/// </summary>
public static class EventReader
{
    /// <exception cref="UnknownEventTypeException">This version does not know the type: it must stop and not skip.</exception>
    /// <exception cref="JsonException">The data is not what the type says.</exception>
    public static StrataEvent Read(string type, ReadOnlySpan<byte> utf8Json) => ReadWritten(type, utf8Json) ?? EventJson.Deserialize(type, utf8Json);

    private static StrataEvent? ReadWritten(string type, ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return type switch
            {
                "layer_registered" => ReadLayerRegistered(utf8Json),
                "derivation_done" => ReadDerivationDone(utf8Json),
                _ => null,
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // No JSON, or no UTF-8 in a string: the serializer says so in its own words.
            return null;
        }
    }

    private static LayerRegistered? ReadLayerRegistered(ReadOnlySpan<byte> utf8Json)
    {
        var json = new WrittenJson(utf8Json);
        json.StartObject();
        var layer = new LayerRegistered(
            json.Dataset("dataset"u8),
            json.Text("segment"u8),
            json.Word("layer"u8),
            json.Word("layerType"u8),
            json.Word("applicationId"u8),
            json.Text("storageUrl"u8),
            Kept(ref json),
            json.Int64("fileSizeBytes"u8),
            json.Int64("sizeBytes"u8),
            json.Digest("fingerprint"u8),
            json.OptionalDigest("fileSha256"u8),
            json.Int64("chunkCount"u8),
            json.Digest("schemaSha256"u8),
            json.Digest("schemaBlob"u8),
            json.OptionalDigest("propertiesBlob"u8),
            json.Digest("chunkIndexBlob"u8),
            IndexRanges(ref json),
            Source(ref json),
            json.OptionalDigest("supersedes"u8),
            (LayerOrigin)json.OneOf("origin"u8, "given"u8, "derived"u8),
            ReadProvenance(ref json));
        return json.End() ? layer : null;
    }

    private static DerivationDone? ReadDerivationDone(ReadOnlySpan<byte> utf8Json)
    {
        var json = new WrittenJson(utf8Json);
        json.StartObject();
        var done = new DerivationDone(
            json.Dataset("dataset"u8),
            json.Text("segment"u8),
            json.Word("rule"u8),
            json.Int32("revision"u8),
            json.Digest("workId"u8),
            json.Word("outputLayer"u8),
            json.Digest("outputFingerprint"u8),
            json.Word("outcome"u8),
            Inputs(ref json),
            json.Int64("rowsUsed"u8),
            RowsDropped(ref json),
            json.Int32("attempt"u8));
        return json.End() ? done : null;
    }

    private static KeptBytes Kept(ref WrittenJson json)
    {
        json.StartObject("kept"u8);
        var kept = new KeptBytes(
            (KeepMode)json.OneOf("mode"u8, "auto"u8, "copy"u8, "reference"u8),
            json.Text("location"u8),
            json.OptionalInt64("modifiedAtNs"u8),
            json.OptionalDigest("tailSha256"u8));
        json.EndObject();
        return kept;
    }

    private static EventSource Source(ref WrittenJson json)
    {
        json.StartObject("source"u8);
        var source = new EventSource(json.Word("kind"u8), json.OptionalWord("who"u8));
        json.EndObject();
        return source;
    }

    private static Provenance? ReadProvenance(ref WrittenJson json)
    {
        if (!json.IsAt("provenance"u8))
        {
            return null;
        }

        json.StartObject("provenance"u8);
        var provenance = new Provenance(
            json.Word("rule"u8),
            json.Int32("revision"u8),
            json.Word("deriver"u8),
            json.Int32("deriverVersion"u8),
            json.Int32("writerProfile"u8),
            json.Canonical("parameters"u8),
            Inputs(ref json),
            json.Int64("rowsUsed"u8),
            RowsDropped(ref json));
        json.EndObject();
        return provenance;
    }

    private static EquatableArray<IndexRange> IndexRanges(ref WrittenJson json)
    {
        var items = new Items<IndexRange>();
        for (json.StartArray("indexRanges"u8); json.StartItem(); json.EndObject())
        {
            items.Add(new(
                json.Word("timeline"u8),
                (TimelineKind)json.OneOf("kind"u8, "sequence"u8, "duration"u8, "timestamp"u8),
                json.Int64("start"u8),
                json.Int64("end"u8)));
        }

        return items.ToEquatableArray();
    }

    private static EquatableArray<DerivationInput> Inputs(ref WrittenJson json)
    {
        var items = new Items<DerivationInput>();
        for (json.StartArray("inputs"u8); json.StartItem(); json.EndObject())
        {
            items.Add(new(json.Word("layer"u8), json.Digest("fingerprint"u8)));
        }

        return items.ToEquatableArray();
    }

    private static EquatableArray<DroppedRows> RowsDropped(ref WrittenJson json)
    {
        var items = new Items<DroppedRows>();
        for (json.StartArray("rowsDropped"u8); json.StartItem(); json.EndObject())
        {
            items.Add(new(json.Word("reason"u8), json.Int64("count"u8)));
        }

        return items.ToEquatableArray();
    }

    /// <summary>Most lists have no element or one: neither needs a list that grows.</summary>
    private struct Items<T>
        where T : class
    {
        private T? _first;
        private List<T>? _all;

        public void Add(T item)
        {
            if (_first is null)
            {
                _first = item;
                return;
            }

            (_all ??= [_first]).Add(item);
        }

        public readonly EquatableArray<T> ToEquatableArray() => _all is not null ? new([.. _all]) : _first is not null ? new([_first]) : [];
    }
}
