using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web;

/// <summary>One back-fill and how far it is.</summary>
/// <param name="State"><c>running, paused, cancelled, finished</c>.</param>
/// <param name="Reason">Of a cancelled one.</param>
/// <param name="RatePerSecond">Segments a second at most; null: no limit.</param>
/// <param name="Segments">How many needed it when it was asked for.</param>
/// <param name="Skipped">Nothing was derived: the rule said why, or there was nothing to do any more.</param>
/// <param name="Remaining">0 once it is over.</param>
/// <param name="PerSecond">Segments a second over the last pages; null while it goes too shortly to tell, and once it does not go on.</param>
/// <param name="SecondsLeft">At that speed; null where that is.</param>
/// <param name="Position">Of its start: the segments are those that stood as of it.</param>
public sealed record BackfillLine(
    string Id,
    string Dataset,
    string Rule,
    int Revision,
    string Deriver,
    int DeriverVersion,
    string State,
    string? Reason,
    bool Forced,
    string? Where,
    int? RatePerSecond,
    long Segments,
    long Admitted,
    long Derived,
    long Skipped,
    long Failed,
    long Remaining,
    double? PerSecond,
    double? SecondsLeft,
    string? Who,
    long StartedAtNs,
    long ChangedAtNs,
    long Position)
{
    private const double NanosecondsPerSecond = 1e9;

    public static BackfillLine Of(BackfillRow row, string dataset)
    {
        ArgumentNullException.ThrowIfNull(row);
        var (progress, goesOn) = (row.Progress, row.State == BackfillStates.Running);
        var remaining = row.State is BackfillStates.Running or BackfillStates.Paused ? Math.Max(0, row.Segments - progress.Admitted) + progress.Open : 0;
        double? perSecond = goesOn && progress is { RecentNs: > 0, RecentSegments: > 0 } ? progress.RecentSegments * NanosecondsPerSecond / progress.RecentNs : null;
        return new(
            row.BackfillId, dataset, row.Rule, row.Revision, row.Deriver, row.DeriverVersion, row.State, row.Reason, row.Forced, row.Where, row.RatePerSecond, row.Segments,
            progress.Admitted, progress.Derived, progress.Skipped, progress.Failed, remaining, perSecond, remaining / perSecond, row.Source.Who, row.StartedAtNs, row.ChangedAtNs, row.StartPosition);
    }
}

/// <summary>Finds back-fills by id or by an unambiguous beginning of it, those only of datasets that the asker may read; and waits for one.</summary>
public sealed class BackfillEntries(Catalog catalog, Settlement settlement, TimeProvider time)
{
    /// <summary>Who looks at a bar sees no more than this, and each look counts what came of all pages.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    public async Task<IReadOnlyList<BackfillLine>> ListAsync(string? dataset, Asker asker, CancellationToken cancellationToken)
    {
        DatasetId? only = dataset is null ? null : (await catalog.RequireDatasetAsync(dataset, asker, cancellationToken)).Source;
        var models = await catalog.CaughtUpAsync(cancellationToken);
        var lines = new List<BackfillLine>();
        foreach (var row in await models.Backfills.ListAsync(only, asOf: null, cancellationToken))
        {
            if (await LineAsync(models, row, cancellationToken) is { } line && asker.CanRead(line.Dataset))
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <exception cref="OperationException">There is none, or several begin so.</exception>
    public async Task<BackfillLine> RequireAsync(string id, Asker asker, CancellationToken cancellationToken)
    {
        var found = (await ListAsync(dataset: null, asker, cancellationToken)).Where(line => line.Id.StartsWith(id, StringComparison.Ordinal)).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new OperationException(OperationErrors.NotFound, $"there is no back-fill '{id}'", "strata backfill list"),
            _ => throw new OperationException(OperationErrors.Invalid, $"{found.Length} back-fills have an id that begins with '{id}'", "give more of it: strata backfill list"),
        };
    }

    /// <summary>Until it is finished, cancelled or paused.</summary>
    /// <param name="toldBefore"><see cref="Settlement.Standstills"/> before it was begun or resumed.</param>
    /// <exception cref="WorkStandsStillException">The storage keeps the work from being done.</exception>
    public async Task<BackfillLine> WaitAsync(string id, long toldBefore, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var models = await catalog.CaughtUpAsync(cancellationToken);
            var position = models.Position;
            var row = await models.Backfills.FindAsync(id, asOf: null, cancellationToken)
                ?? throw new OperationException(OperationErrors.NotFound, $"there is no back-fill '{id}'", "strata backfill list");
            var line = await LineAsync(models, row, cancellationToken);
            if (line.State != BackfillStates.Running)
            {
                return line;
            }

            var done = line.Derived + line.Skipped + line.Failed;
            progress.Report(new("deriving", done, Math.Max(line.Segments, done + line.Remaining)));
            await settlement.ChangeAsync(position, toldBefore, cancellationToken);
            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    private static async Task<BackfillLine> LineAsync(IReadModels models, BackfillRow row, CancellationToken cancellationToken) =>
        BackfillLine.Of(row, (await models.Entries.FindEverAsync(row.Dataset, cancellationToken))?.Entry.Name ?? row.Dataset.Value);
}
