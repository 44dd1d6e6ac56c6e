using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>Turns rows of <c>mt_events</c> into events. Keeps what neighbouring rows have in common (headers of one append, stream id), so one page uses one of these.</summary>
internal struct EventRows(string path)
{
    /// <summary>Columns in the order that <see cref="Decode"/> reads.</summary>
    public const string Columns = "seq_id, id, stream_id, version, type, headers, data";

    private static readonly (byte[] Utf8, string Name)[] Types = [.. EventTypes.Names.Select(name => (Encoding.UTF8.GetBytes(name), name))];

    private byte[] _headersJson = [];
    private EventHeaders _headers;
    private string _streamId = "";

    /// <exception cref="UnknownEventTypeException">A newer version wrote the event.</exception>
    /// <exception cref="LogDamagedException">The row is not what Strata writes.</exception>
    public RecordedEvent Decode(Statement row)
    {
        var position = row.Int64(0);
        var type = TypeOf(row.Bytes(4));
        try
        {
            return new(
                position,
                Utf8Parser.TryParse(row.Bytes(1), out Guid id, out _) ? id : throw new FormatException("its id is not a GUID"),
                StreamIdOf(row.Bytes(2)),
                row.Int64(3),
                type,
                HeadersOf(row.Bytes(5)).RecordedAt,
                _headers.Command,
                EventReader.Read(type, row.Bytes(6)));
        }
        catch (UnknownEventTypeException)
        {
            throw new UnknownEventTypeException(type, position, _headers.Writer);
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw LogDamagedException.OfEvent(path, position, type, failure);
        }
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

    private EventHeaders HeadersOf(ReadOnlySpan<byte> json)
    {
        if (!json.SequenceEqual(_headersJson))
        {
            _headers = EventHeaders.Parse(json);
            _headersJson = json.ToArray();
        }

        return _headers;
    }
}
