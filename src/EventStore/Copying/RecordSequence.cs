using System.Globalization;

namespace Strata.EventStore.Copying;

/// <summary>Whether the records of a copy are a log: positions that rise, each event of just one append, and as many as were promised. What a file holds is data.</summary>
internal sealed class RecordSequence
{
    private LogRecord.Start? _start;
    private Stage _stage;
    private long _events;
    private long _owned;
    private long _position;

    private enum Stage
    {
        Blobs,
        Events,
        Commands,
        Guards,
    }

    /// <exception cref="LogFileException">It does not follow what came before.</exception>
    public void Take(LogRecord record)
    {
        Require(_start is null == record is LogRecord.Start, "the start of a log first, and once");
        switch (record)
        {
            case LogRecord.Start start:
                Require(start is { Head: >= 0, Events: >= 0 }, "a head and a count of 0 or more");
                _start = start;
                break;
            case LogRecord.Content:
                Enter(Stage.Blobs);
                break;
            case LogRecord.Event e:
                Enter(Stage.Events);
                Require(e.Position > _position && e.Version > 0, $"an event behind position {_position} with a version above 0");
                _position = e.Position;
                _events++;
                break;
            case LogRecord.Command command:
                Enter(Stage.Commands);
                Require(command.LastPosition >= 0 && command.Positions.All(p => p > 0 && p <= command.LastPosition), $"positions up to {command.LastPosition} in the append '{command.CommandId}'");
                _owned += command.Positions.Count;
                break;
            case LogRecord.Guarded:
                Enter(Stage.Guards);
                break;
        }
    }

    /// <exception cref="LogFileException">Something is missing.</exception>
    public void End()
    {
        Require(_start is not null && _events == _start.Events && _position <= _start.Head, $"{_start?.Events ?? 0} events up to position {_start?.Head ?? 0}");
        Require(_owned == _events, $"as many positions in appends, found {_owned}");
    }

    private void Enter(Stage stage)
    {
        Require(stage >= _stage, "blobs, events, appends, guarded rows, in this order");
        _stage = stage;
    }

    private void Require(bool holds, string expected)
    {
        if (!holds)
        {
            throw new LogFileException(string.Create(CultureInfo.InvariantCulture, $"exported log, behind event {_events} at position {_position}: expected {expected}"));
        }
    }
}
