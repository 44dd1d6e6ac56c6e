using System.Globalization;

namespace Strata.EventStore.Copying;

/// <summary>Whether the records of a copy are a log: each append with just its events, positions that rise, and as many as were promised. What a file holds is data.</summary>
internal sealed class RecordSequence
{
    private LogRecord.Start? _start;
    private LogRecord.Command? _command;
    private int _owed;
    private long _events;
    private long _position;
    private bool _hasGuards;

    /// <exception cref="LogFileException">It does not follow what came before.</exception>
    public void Take(LogRecord record)
    {
        Require(_start is null == record is LogRecord.Start, "the start of a log first, and once");
        Require(_owed == 0 || record is LogRecord.Event, $"{_owed} more events of the append '{_command?.CommandId}'");
        switch (record)
        {
            case LogRecord.Start start:
                Require(start is { Head: >= 0, Events: >= 0 }, "a head and a count of 0 or more");
                _start = start;
                break;
            case LogRecord.Content:
                Require(_command is null && !_hasGuards, "blobs before the first append");
                break;
            case LogRecord.Command command:
                Require(!_hasGuards, "appends before the guarded rows");
                Require(command.EventCount >= 0 && command.LastPosition >= _position, $"an append behind position {_position}");
                (_command, _owed) = (command, command.EventCount);
                break;
            case LogRecord.Event e:
                Require(_owed > 0, "the append before its events");
                Require(e.Position > _position && e.Version > 0, $"an event behind position {_position} with a version above 0");
                _position = e.Position;
                _events++;
                Require(--_owed > 0 || e.Position == _command!.LastPosition, $"the last event of the append '{_command?.CommandId}' at position {_command?.LastPosition}");
                break;
            case LogRecord.Guarded:
                _hasGuards = true;
                break;
        }
    }

    /// <exception cref="LogFileException">Something is missing.</exception>
    public void End() => Require(
        _start is not null && _owed == 0 && _events == _start.Events && _position <= _start.Head,
        $"{_start?.Events ?? 0} events up to position {_start?.Head ?? 0}, the last append whole");

    private void Require(bool holds, string expected)
    {
        if (!holds)
        {
            throw new LogFileException(string.Create(CultureInfo.InvariantCulture, $"exported log, behind event {_events} at position {_position}: expected {expected}"));
        }
    }
}
