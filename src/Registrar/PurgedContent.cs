using System.Runtime.InteropServices;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>
/// What purged segments alone held, found by two looks at events: <see cref="Name"/> is shown those of the purged segments' streams, then <see cref="Hold"/> every event of the log.
/// Pure. What is erased and what a backup leaves out is decided here, so they cannot differ.
/// </summary>
/// <param name="isPurged">Whether what the segment's event at that position named was purged later.</param>
public sealed class PurgedContent(Func<DatasetId, string, long, bool> isPurged)
{
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);
    private readonly HashSet<Sha256Digest> _blobs = [];
    private readonly Dictionary<(DatasetId Dataset, string Segment), HashSet<string>> _named = [];

    // Blobs of schemas by what the schema is: a dataset's columns are read from the first blob with that schema, whoever brought it.
    private readonly Dictionary<(DatasetId Dataset, Sha256Digest Schema), HashSet<Sha256Digest>> _schemas = [];

    // What lies in quarantine is somebody's open question; what was released or discarded is not.
    private readonly Dictionary<Sha256Digest, string> _quarantined = [];

    /// <summary>Copies that nobody else holds.</summary>
    public IReadOnlySet<string> Files => _files.Except(_quarantined.Values, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);

    /// <summary>Contents of the log that nobody else holds.</summary>
    public IReadOnlySet<Sha256Digest> Blobs => _blobs;

    /// <summary>Files outside of the store, which belong to somebody else.</summary>
    public IReadOnlySet<string> References => _references;

    /// <summary>How many copies the purged segments named, those that others hold too.</summary>
    public int NamedFiles => _named.Values.SelectMany(f => f).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Every file that one purged segment named, those that others hold too.</summary>
    public IReadOnlySet<string> FilesOf(DatasetId dataset, string segment) => _named.GetValueOrDefault((dataset, segment)) ?? [];

    /// <summary>The first look: what was purged.</summary>
    public void Name(StrataEvent @event, long position)
    {
        switch (@event)
        {
            case LayerRegistered layer when IsPurged(@event, position):
                if (layer.Kept.Mode == KeepMode.Copy)
                {
                    NameFile(layer.Dataset, layer.Segment, layer.Kept.Location);
                }
                else
                {
                    _references.Add(layer.Kept.Location);
                }

                _blobs.UnionWith(BlobsOf(layer));
                (CollectionsMarshal.GetValueRefOrAddDefault(_schemas, (layer.Dataset, layer.SchemaSha256), out _) ??= []).Add(layer.SchemaBlob);
                break;
            case SegmentPropertiesSet set when IsPurged(@event, position):
                _blobs.Add(set.PropertiesBlob);
                break;
            case RecordingPurged purged:
                foreach (var copy in purged.Discarded)
                {
                    NameFile(purged.Dataset, purged.Segment, copy);
                }

                break;
        }
    }

    /// <summary>The second look: what any other event names, of whatever dataset and time, is held; its layer may be read as of then.</summary>
    public void Hold(StrataEvent @event, long position)
    {
        if (IsPurged(@event, position))
        {
            return;
        }

        switch (@event)
        {
            case LayerRegistered layer:
                _files.Remove(layer.Kept.Location);
                _blobs.ExceptWith(BlobsOf(layer));
                if (_schemas.TryGetValue((layer.Dataset, layer.SchemaSha256), out var same))
                {
                    _blobs.ExceptWith(same);
                }

                break;
            case SegmentPropertiesSet set:
                _blobs.Remove(set.PropertiesBlob);
                break;
            case RecordingQuarantined { Kept: { Mode: KeepMode.Copy } kept } entry:
                _quarantined[entry.QuarantineId] = kept.Location;
                break;
            case RecordingReleased released:
                _quarantined.Remove(released.QuarantineId);
                break;
            case RecordingDiscarded discarded:
                _quarantined.Remove(discarded.QuarantineId);
                break;
        }
    }

    private bool IsPurged(StrataEvent @event, long position) => @event switch
    {
        LayerRegistered layer => isPurged(layer.Dataset, layer.Segment, position),
        SegmentPropertiesSet set => isPurged(set.Dataset, set.Segment, position),
        _ => false,
    };

    private void NameFile(DatasetId dataset, string segment, string copy)
    {
        (CollectionsMarshal.GetValueRefOrAddDefault(_named, (dataset, segment), out _) ??= new(StringComparer.Ordinal)).Add(copy);
        _files.Add(copy);
    }

    private static Sha256Digest[] BlobsOf(LayerRegistered layer) =>
        layer.PropertiesBlob is { } properties ? [layer.SchemaBlob, layer.ChunkIndexBlob, properties] : [layer.SchemaBlob, layer.ChunkIndexBlob];
}
