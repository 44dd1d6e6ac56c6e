using Strata.Projections.Storage;

namespace Strata.Projections.Moments;

/// <summary>
/// One row a stretch of positions, with the latest time of any event up to its end: it rises with the positions also where events of concurrent writers cross, so the
/// longest prefix of the log with all times at or before a given one is found in it. The last row's time is changed in place. Source: DESIGN §5.
/// </summary>
internal sealed class LogTimeRows
{
    /// <summary>A stretch is read from the log to find the place in it, which takes a few milliseconds; a row for each event would cost a replay more than that.</summary>
    public const int Stretch = 256;

    public static readonly TableDefinition Table = new(
        "log_times",
        """
        CREATE TABLE log_times (from_position INTEGER PRIMARY KEY, to_position INTEGER NOT NULL, latest_at_ns INTEGER NOT NULL);
        CREATE INDEX log_times_by_time ON log_times (latest_at_ns);
        """,
        "from_position");

    private readonly Statement _insert;
    private readonly Statement _update;
    private long _from;
    private long _latest;
    private bool _changed;

    public LogTimeRows(SqliteDatabase database)
    {
        _insert = database.Prepare("INSERT INTO log_times VALUES (?1, ?2, ?3)");
        _update = database.Prepare("UPDATE log_times SET to_position = ?2, latest_at_ns = ?3 WHERE from_position = ?1");
        var last = database.Prepare($"SELECT from_position, latest_at_ns FROM log_times WHERE {Temporal.StandingSql} ORDER BY from_position DESC LIMIT 1");
        if (last.Step())
        {
            (_from, _latest) = (last.Int64(0), last.Int64(1));
            last.Reset();
        }
    }

    public void Add(long position, long recordedAtNs)
    {
        if (_from == 0 || position / Stretch != _from / Stretch)
        {
            if (_from != 0)
            {
                Write(position);
            }

            _from = position;
            _insert.Bind(1, position).Bind(2, Temporal.Standing).Bind(3, _latest).Run();
        }

        _latest = Math.Max(_latest, recordedAtNs);
        _changed = true;
    }

    public void Flush()
    {
        if (_changed)
        {
            Write(Temporal.Standing);
            _changed = false;
        }
    }

    private void Write(long toPosition) => _update.Bind(1, _from).Bind(2, toPosition).Bind(3, _latest).Run();
}
