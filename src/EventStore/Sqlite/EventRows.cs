using System.Buffers.Text;
using System.Text;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>Turns rows of <c>mt_events</c> into events. Keeps what neighbouring rows have in common, so one page uses one of these.</summary>
internal struct EventRows(string path)
{
    /// <summary>Columns in the order that <see cref="Decode"/> reads.</summary>
    public const string Columns = "seq_id, id, stream_id, version, type, headers, data";

    private static readonly (byte[] Utf8, string Name)[] Types = [.. EventTypes.Names.Select(name => (Encoding.UTF8.GetBytes(name), name))];

    private EventDecoder _decoder = new(path);
    private string _streamId = "";

    /// <exception cref="UnknownEventTypeException">A newer version wrote the event.</exception>
    /// <exception cref="LogDamagedException">The row is not what Strata writes.</exception>
    public RecordedEvent Decode(Statement row)
    {
        var position = row.Int64(0);
        var type = TypeOf(row.Bytes(4));
        return Utf8Parser.TryParse(row.Bytes(1), out Guid id, out _)
            ? _decoder.Decode(position, id, StreamIdOf(row.Bytes(2)), row.Int64(3), type, row.Bytes(5), row.Bytes(6))
            : throw LogDamagedException.OfEvent(path, position, type, new FormatException("its id is not a GUID"));
    }

    private static string TypeOf(ReadOnlySpan<byte> utf8)
    {
        foreach (var (known, name) in Types)
        {
            if (utf8.SequenceEqual(known))
            {
                return name;
            }
        }

        return Encoding.UTF8.GetString(utf8);
    }

    private string StreamIdOf(ReadOnlySpan<byte> utf8)
    {
        if (!Ascii.Equals(utf8, _streamId))
        {
            _streamId = Encoding.UTF8.GetString(utf8);
        }

        return _streamId;
    }
}
