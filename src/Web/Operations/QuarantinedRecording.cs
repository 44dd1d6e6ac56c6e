using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>One line of <c>strata quarantine list --json</c>. Source: DESIGN §12.</summary>
/// <param name="Path">As it was registered.</param>
/// <param name="Dataset">Empty for a robot's message that belongs to none.</param>
/// <param name="Offset">Byte offset of the finding; null when the file as a whole is wrong.</param>
public sealed record QuarantinedRecording(
    string Id, string Path, string Reason, long? Offset, string Detail, string Dataset, string Layer, string State, long SizeBytes, string? KeptAs, long Position, long RecordedAtNs)
{
    /// <summary>Of the robot's message that brought it; only where one entry is asked for.</summary>
    public string? MessageId { get; init; }

    /// <summary>That message, as it came.</summary>
    public string? Message { get; init; }
}

/// <summary>Finds entries by id or by an unambiguous beginning of it, as people type it; those only of datasets that the asker may read.</summary>
public sealed class QuarantineEntries(Catalog catalog, KeptRecordings kept)
{
    private const string Open = "quarantined";

    public async Task<IReadOnlyList<QuarantinedRecording>> ListAsync(string? dataset, bool all, Asker asker, CancellationToken cancellationToken)
    {
        DatasetId? only = dataset is null ? null : (await catalog.RequireDatasetAsync(dataset, asker, cancellationToken)).Dataset;
        var models = await catalog.FleetCaughtUpAsync(cancellationToken);
        var names = (await models.Entries.ListAsync(Enum.GetValues<DatasetKind>(), cancellationToken)).ToDictionary(e => e.Dataset, e => e.Name);
        var rows = await models.Quarantine.ReadAsync(only, cancellationToken);
        return [.. rows.Where(r => all || r.State == Open).Select(r => Of(r, names)).Where(r => asker.CanRead(r.Dataset))];
    }

    /// <summary>Copies of a recording that never came to be a layer of its dataset.</summary>
    /// <param name="urls">Whence the recording came: a file that cannot be read and lies in quarantine is told by it.</param>
    /// <returns>Those that lie there, and those that somebody gave up whose bytes are kept still.</returns>
    public async Task<(IReadOnlyList<QuarantinedRecording> Open, ImmutableArray<DiscardedCopy> Discarded)> CopiesAsync(
        KnownDataset dataset, string segment, IReadOnlySet<string> urls, CancellationToken cancellationToken)
    {
        var (id, open, discarded) = (dataset.Entry.Dataset, new List<QuarantinedRecording>(), ImmutableArray.CreateBuilder<DiscardedCopy>());
        var names = new Dictionary<DatasetId, string> { [id] = dataset.Entry.Name };
        foreach (var row in (await (await catalog.FleetCaughtUpAsync(cancellationToken)).Quarantine.ReadAsync(id, cancellationToken)).Where(r => r.Kept is { Mode: KeepMode.Copy }))
        {
            var segments = await kept.SegmentsAsync(row.Kept!, dataset.Entry.Kind, cancellationToken);
            if (row.State == Open && (segments?.Contains(segment, StringComparer.Ordinal) ?? urls.Contains(row.StorageUrl)))
            {
                open.Add(Of(row, names));
            }
            else if (row.State != Open && segments?.Contains(segment, StringComparer.Ordinal) == true)
            {
                discarded.Add(new(row.Kept!.Location, row.Position));
            }
        }

        return (open, discarded.ToImmutable());
    }

    public async Task<QuarantinedRecording> RequireAsync(string id, Asker asker, CancellationToken cancellationToken)
    {
        var found = (await ListAsync(dataset: null, all: true, asker, cancellationToken)).Where(r => r.Id.StartsWith(id, StringComparison.Ordinal)).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new OperationException(OperationErrors.NotFound, $"nothing in quarantine has the id '{id}'", "strata quarantine list"),
            _ => throw new OperationException(OperationErrors.Invalid, $"{found.Length} entries in quarantine have an id that begins with '{id}'", "give more of it: strata quarantine list --json"),
        };
    }

    private static QuarantinedRecording Of(QuarantineRow row, Dictionary<DatasetId, string> names) => new(
        row.QuarantineId.Value,
        row.StorageUrl,
        row.Reason,
        row.Offset,
        row.Detail,
        row.Dataset == DatasetId.None ? "" : names.GetValueOrDefault(row.Dataset, row.Dataset.Value),
        row.Layer,
        row.State,
        row.SizeBytes,
        row.Kept?.Location,
        row.Position,
        row.RecordedAtNs);
}
