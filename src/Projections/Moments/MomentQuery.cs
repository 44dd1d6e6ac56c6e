using System.Globalization;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections.Entries;
using Strata.Projections.Running;
using Strata.Projections.Storage;

namespace Strata.Projections.Moments;

internal sealed class MomentQuery(FoldedTables tables, IEventStore events) : IMoments
{
    private const string Lists = "`strata history DATASET` lists positions and times";

    private readonly EntryQuery _entries = new(tables);

    public async Task<DatasetEntry?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (await _entries.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            return entry;
        }

        return MomentName.TryParse(name) switch
        {
            null => null,
            { Moment: { } moment } named => await AtAsync(named.Dataset, await PositionAsync(moment, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false),
            var other => throw new MomentException(MomentFault.Invalid, $"'{name}': expected in the brackets {Moment.Expected}, found '{other.MomentText}'; {Lists}"),
        };
    }

    public async Task<DatasetEntry?> FindAsync(DatasetId id, CancellationToken cancellationToken)
    {
        if (await _entries.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            return entry;
        }

        if (MomentId.TryRead(id) is not { } moment)
        {
            return null;
        }

        await PassedAsync(moment.Position, cancellationToken).ConfigureAwait(false);
        return await _entries.FindByHalfAsync(moment.Half, moment.Position, cancellationToken).ConfigureAwait(false) switch
        {
            [] => null,
            [var one] => await ShowAsync(one, moment.Position, cancellationToken).ConfigureAwait(false),
            var many => throw new MomentException(
                MomentFault.Invalid,
                $"Entry id '{EntryIdText.Of(id)}' means one of {string.Join(", ", many.Select(e => $"'{MomentName.Of(e.Name, moment.Position)}'"))}, whose own ids end alike; ask for it by that name"),
        };
    }

    public async Task<DatasetEntry> AtAsync(string name, long position, CancellationToken cancellationToken) =>
        await _entries.FindAsync(name, position, cancellationToken).ConfigureAwait(false) is { } entry
            ? await ShowAsync(entry, position, cancellationToken).ConfigureAwait(false)
            : throw new MomentException(MomentFault.NotFound, Invariant($"there was no dataset '{name}' as of position {position}; `strata history {ShellWord.Of(name)}` tells from when to when it had that name"));

    public async Task<long> PositionAsync(Moment moment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(moment);
        if (moment is Moment.Position { Value: var position })
        {
            await PassedAsync(position, cancellationToken).ConfigureAwait(false);
            return position;
        }

        // In this order: what is appended after the head was asked for is recorded after that moment.
        var timeNs = ((Moment.Time)moment).AtNs;
        RequirePast(timeNs);
        await tables.WaitForAsync(await events.HeadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return await LastAtAsync(timeNs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A name shows the same for ever, and what will stand at a time that is still to come is not known.</summary>
    private static void RequirePast(long timeNs)
    {
        if (RunnerClock.OfThisMachine.NowNs is var now && timeNs > now)
        {
            throw new MomentException(MomentFault.Invalid, $"expected a time that has passed, found {new Moment.Time(timeNs)}; on this machine it is {new Moment.Time(now)}");
        }
    }

    /// <summary>What is shown as of a position must not change when the tables reach it later.</summary>
    private async Task PassedAsync(long position, CancellationToken cancellationToken)
    {
        if (position <= tables.Position)
        {
            return;
        }

        var head = await events.HeadAsync(cancellationToken).ConfigureAwait(false);
        if (position > head)
        {
            throw new MomentException(MomentFault.NotFound, Invariant($"the log ends at position {head}, found position {position}; {Lists}"));
        }

        await tables.WaitForAsync(position, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> LastAtAsync(long timeNs, CancellationToken cancellationToken)
    {
        var (first, head) = await tables.QueryAsync(scope => (FirstStretchAfter(scope, timeNs), scope.Position), cancellationToken).ConfigureAwait(false);
        if (first is not { } from)
        {
            return head;
        }

        var last = from - 1;
        foreach (var recorded in (await events.ReadAsync(from - 1, LogTimeRows.Stretch, cancellationToken).ConfigureAwait(false)).Events)
        {
            if (recorded.RecordedAtNs > timeNs)
            {
                break;
            }

            last = recorded.Position;
        }

        return last;
    }

    private static long? FirstStretchAfter(ReadScope scope, long timeNs)
    {
        var rows = scope.Database.Prepare("SELECT from_position FROM log_times WHERE latest_at_ns > ?1 ORDER BY latest_at_ns, from_position LIMIT 1").Bind(1, timeNs);
        return rows.Step() ? rows.Int64(0) : null;
    }

    /// <summary>All of it is what it was then, its companions too. Its time is that of the moment: the row's own moves on with the dataset.</summary>
    private async Task<DatasetEntry> ShowAsync(DatasetEntry entry, long position, CancellationToken cancellationToken)
    {
        var at = (await events.ReadAsync(position - 1, maxEvents: 1, cancellationToken).ConfigureAwait(false)).Events is [{ } recorded] && recorded.Position == position
            ? recorded.RecordedAtNs
            : entry.CreatedAtNs;
        return entry with
        {
            Dataset = MomentId.Of(entry.Dataset, position),
            Name = MomentName.Of(entry.Name, position),
            Owner = entry.Owner,
            AsOf = entry.AsOf ?? position,
            IsPin = false,
            UpdatedAtNs = at,
            Revision = position,
            BlueprintDataset = entry.AsOf is null ? AsOf(entry.BlueprintDataset, position) : entry.BlueprintDataset,
            AssetDataset = entry.AsOf is null ? AsOf(entry.AssetDataset, position) : entry.AssetDataset,
        };
    }

    private static DatasetId? AsOf(DatasetId? companion, long position) => companion is { } id ? MomentId.Of(id, position) : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
