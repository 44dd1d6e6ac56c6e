using Strata.EventStore;

namespace Strata.Cli;

/// <summary>
/// Whose log it is and how far it goes: the ids of its first and its last event. They are drawn at random, are copied with their events and never move, so whatever log
/// has a backup's last event at its position begins with that backup.
/// </summary>
internal sealed class LogEnds
{
    /// <summary>Null for an empty log.</summary>
    public Guid? First { get; private set; }

    public Guid? Last { get; private set; }

    public void Take(LogRecord record)
    {
        if (record is LogRecord.Event recorded)
        {
            First ??= recorded.EventId;
            Last = recorded.EventId;
        }
    }
}
