using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Recordings;

/// <summary>Reads the facts of each store of the wanted kind in a file, by its footer or else by one scan. Source: DESIGN §4.2, catalog-protocol §6.2.</summary>
public sealed class RecordingInspector : IRecordingInspector
{
    /// <summary>By the schema's instance, which the reader shares between files; forgotten together with it.</summary>
    private static readonly ConditionalWeakTable<Schema, byte[]> CanonicalIpc = [];

    public async Task<FileFacts> InspectAsync(IRandomAccessBytes bytes, StoreKind wanted, CancellationToken cancellationToken)
    {
        var reader = await RrdReader.OpenAsync(bytes, cancellationToken);
        var findings = reader.Contents.Findings.Select(f => new FileFinding(f.Offset, f.Rule, f.Message)).ToList();
        var recordings = ImmutableArray.CreateBuilder<RecordingFacts>();
        foreach (var store in wanted == StoreKind.Blueprint ? reader.Contents.Blueprints : reader.Contents.Recordings)
        {
            if (store.Manifest.Count > 0 || !reader.Contents.UsedFooter)
            {
                recordings.Add(await FactsOfAsync(reader, store, findings, cancellationToken));
            }
        }

        return new(recordings.ToImmutable(), [.. findings]);
    }

    /// <summary>What <see cref="InspectAsync"/> would find of a recording that was just written, without reading its file again.</summary>
    /// <param name="written">As the writer tells of it: <see cref="RrdWriter.Written"/>.</param>
    /// <param name="chunks">All that were written of it, in file order.</param>
    public static RecordingFacts FactsOfWritten(WrittenStore written, IReadOnlyList<Chunk> chunks)
    {
        ArgumentNullException.ThrowIfNull(written);
        return FactsOf(written.Store, written.ManifestIpc, ToIpc(RecordingProperties.Of(chunks)));
    }

    private static async Task<RecordingFacts> FactsOfAsync(RrdReader reader, RrdStore store, List<FileFinding> findings, CancellationToken cancellationToken) =>
        FactsOf(store, ArrowStreamWriter.Write(ManifestTable.From(store.Manifest)), await PropertiesAsync(reader, store, findings, cancellationToken));

    private static RecordingFacts FactsOf(RrdStore store, ReadOnlyMemory<byte> manifestIpc, ReadOnlyMemory<byte>? properties)
    {
        var manifest = store.Manifest;
        return new(
            store.Id.RecordingId,
            store.Id.ApplicationId,
            Sha256Digest.FromBytes(RecordingFingerprint.Of(store)),
            manifest.TotalBytesWithHeaders,
            manifest.Count,
            Sha256Digest.FromBytes(store.SchemaSha256.Span),
            CanonicalIpc.GetValue(store.Schema, static schema => ArrowStreamWriter.Write(Canonical(schema))),
            properties,
            manifestIpc,
            RangesOf(manifest));
    }

    /// <summary>A footer's field order is arbitrary; sorted, equal schemas are one blob.</summary>
    private static Schema Canonical(Schema schema) => new(schema.FieldsList.OrderBy(f => f.Name, StringComparer.Ordinal));

    private static async Task<ReadOnlyMemory<byte>?> PropertiesAsync(RrdReader reader, RrdStore store, List<FileFinding> findings, CancellationToken cancellationToken)
    {
        try
        {
            return ToIpc(await RecordingProperties.ReadAsync(reader, store, cancellationToken));
        }
        catch (RrdFormatException e)
        {
            findings.Add(new(e.Offset, RrdRules.Chunk, $"a property chunk of the recording '{store.Id.RecordingId}' cannot be read: expected {e.Expected}, found {e.Found}"));
            return null;
        }
    }

    // Without the cast a null byte[] would become a batch of 0 bytes.
    private static ReadOnlyMemory<byte>? ToIpc(RecordingProperties properties) =>
        properties.Batch.ColumnCount == 0 ? (ReadOnlyMemory<byte>?)null : ArrowStreamWriter.Write(properties.Batch);

    private static ImmutableArray<IndexRange> RangesOf(RrdManifest manifest)
    {
        var ranges = ImmutableArray.CreateBuilder<IndexRange>(manifest.Timelines.Count);
        foreach (var timeline in manifest.Timelines)
        {
            var (start, end) = (long.MaxValue, long.MinValue);
            for (var chunk = 0; chunk < timeline.IsPresent.Length; chunk++)
            {
                if (timeline.IsPresent[chunk])
                {
                    start = Math.Min(start, timeline.Starts[chunk]);
                    end = Math.Max(end, timeline.Ends[chunk]);
                }
            }

            if (start <= end)
            {
                ranges.Add(new(timeline.Timeline, KindOf(timeline.Kind), start, end));
            }
        }

        return ranges.ToImmutable();
    }

    private static Contracts.TimelineKind KindOf(Rrd.TimelineKind kind) => kind switch
    {
        Rrd.TimelineKind.Sequence => Contracts.TimelineKind.Sequence,
        Rrd.TimelineKind.Duration => Contracts.TimelineKind.Duration,
        Rrd.TimelineKind.Timestamp => Contracts.TimelineKind.Timestamp,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "timeline kind: expected sequence, duration or timestamp"),
    };
}
