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
        if (_start is null != record is LogRecord.Start)
        {
            throw Expected("the start of a log first, and once");
        }

        switch (record)
        {
            case LogRecord.Start start:
                _start = start is { Head: >= 0, Events: >= 0 } ? start : throw Expected("a head and a count of 0 or more");
                break;
            case LogRecord.Content:
                Enter(Stage.Blobs);
                break;
            case LogRecord.Event e:
                Enter(Stage.Events);
                _position = e.Position > _position && e.Version > 0 ? e.Position : throw Expected($"an event behind position {_position} with a version above 0");
                _events++;
                break;
            case LogRecord.Command command:
                Enter(Stage.Commands);
                _owned += command.LastPosition >= 0 && command.Positions.All(p => p > 0 && p <= command.LastPosition)
                    ? command.Positions.Count
                    : throw Expected($"positions up to {command.LastPosition} in the append '{command.CommandId}'");
                break;
            case LogRecord.Guarded:
                Enter(Stage.Guards);
                break;
        }
    }

    /// <exception cref="LogFileException">Something is missing.</exception>
    public void End()
    {
        if (_start is null || _events != _start.Events || _position > _start.Head)
        {
            throw Expected($"{_start?.Events ?? 0} events up to position {_start?.Head ?? 0}");
        }

        if (_owned != _events)
        {
            throw Expected($"as many positions in appends, found {_owned}");
        }
    }

    private void Enter(Stage stage) => _stage = stage >= _stage ? stage : throw Expected("blobs, events, appends, guarded rows, in this order");

    private LogFileException Expected(string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"exported log, behind event {_events} at position {_position}: expected {expected}"));
}
