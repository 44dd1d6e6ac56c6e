using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Purges;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.SegmentProperties;

internal sealed class SegmentPropertyQuery(FoldedTables tables, IEventStore events) : ISegmentProperties
{
    private static readonly string Select =
        $"SELECT segment, revision, properties_blob FROM segment_properties WHERE dataset = ?1 AND from_position <= ?3 AND to_position > ?3 AND {PurgeRows.IsKept("segment_properties")}";

    public async Task<IReadOnlyList<SegmentPropertiesRow>> ReadAsync(DatasetId dataset, IReadOnlyList<string>? segments, long? asOf, CancellationToken cancellationToken)
    {
        var stored = await tables.QueryAsync(scope => scope.FindDataset(dataset, asOf ?? Temporal.Now) is { } key ? Read(scope, key, segments, asOf ?? Temporal.Now) : [], cancellationToken);
        var blobs = await events.ReadBlobsAsync([.. stored.Select(s => s.Blob).Distinct()], cancellationToken);
        return [.. stored.Select(s => new SegmentPropertiesRow(s.Segment, s.Revision, Content(s, blobs)))];
    }

    private static List<Stored> Read(ReadScope scope, long key, IReadOnlyList<string>? segments, long asOf)
    {
        var read = new List<Stored>();
        if (segments is null)
        {
            Add(scope.Database.Prepare(Select + " ORDER BY segment").Bind(1, key).Bind(3, asOf), read);
            return read;
        }

        foreach (var segment in segments.Distinct(StringComparer.Ordinal))
        {
            Add(scope.Database.Prepare(Select + " AND segment = ?2").Bind(1, key).Bind(2, segment).Bind(3, asOf), read);
        }

        return read;
    }

    private static void Add(Statement rows, List<Stored> read)
    {
        while (rows.Step())
        {
            read.Add(new(rows.Text(0), rows.Int64(1), rows.Digest(2)));
        }
    }

    private static ReadOnlyMemory<byte> Content(Stored stored, IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>> blobs) => blobs.TryGetValue(stored.Blob, out var content)
        ? content
        : throw new InvalidDataException($"the properties of segment '{stored.Segment}': blob {stored.Blob} is not in the log; verify the log, or restore it");

    private sealed record Stored(string Segment, long Revision, Sha256Digest Blob);
}
