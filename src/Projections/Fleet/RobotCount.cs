using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.Fleet;

/// <summary>
/// Keeps what stands of each robot. A segment is weighed before and after an event and the difference is added, so that whatever replaces, removes or judges a layer
/// is counted in one way.
/// </summary>
internal sealed class RobotCount
{
    /// <summary>Of an event's source. Source: <see cref="EventSource"/>.</summary>
    private const string RobotKind = "robot";

    private readonly RobotRows _rows;
    private readonly Dictionary<long, RobotState> _robots = [];
    private readonly Dictionary<string, long> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<long, RobotState> _before = [];

    public RobotCount(SqliteDatabase database)
    {
        _rows = new(database);
        foreach (var robot in RobotRows.Read(database, Temporal.Now))
        {
            _robots.Add(robot.Key, robot);
            _keys.Add(robot.Name, robot.Key);
        }
    }

    /// <summary>Something came from whoever that is.</summary>
    /// <returns>The robot, by its number; null when it is none.</returns>
    public long? See(EventSource source, long position, long recordedAtNs)
    {
        if (source is not { Kind: RobotKind, Who: { } name })
        {
            return null;
        }

        if (!_keys.TryGetValue(name, out var key))
        {
            _keys.Add(name, key = position);
            _robots.Add(key, new(key, name, recordedAtNs));
        }

        Change(key, robot => robot with { LastSeenAtNs = recordedAtNs });
        return key;
    }

    public void OnRecording(long robot, long position, long recordedAtNs) =>
        Change(robot, state => state with { LastRecordingPosition = position, LastRecordingAtNs = recordedAtNs });

    public void OnQuarantined(long? robot, long count)
    {
        if (robot is { } key)
        {
            Change(key, state => state with { Quarantined = state.Quarantined + count });
        }
    }

    /// <param name="before">Of <see cref="SegmentShares"/>, as the segment was.</param>
    public void OnSegment(IReadOnlyDictionary<long, RobotTotals> before, IReadOnlyList<FleetLayer> now)
    {
        var after = SegmentShares.Of(now);
        foreach (var (robot, share) in before)
        {
            Add(robot, after.GetValueOrDefault(robot) - share);
        }

        foreach (var (robot, share) in after)
        {
            if (!before.ContainsKey(robot))
            {
                Add(robot, share);
            }
        }
    }

    /// <summary>Writes what the event changed.</summary>
    public void Write(long position)
    {
        foreach (var (key, before) in _before)
        {
            if (_robots[key] is var robot && (robot != before || robot.Key == position))
            {
                _rows.Write(position, robot, isNew: robot.Key == position);
            }
        }

        _before.Clear();
    }

    private void Add(long robot, RobotTotals difference)
    {
        if (difference != default)
        {
            Change(robot, state => state with { Totals = state.Totals + difference });
        }
    }

    private void Change(long robot, Func<RobotState, RobotState> change)
    {
        var state = _robots[robot];
        _before.TryAdd(robot, state);
        _robots[robot] = change(state);
    }
}
