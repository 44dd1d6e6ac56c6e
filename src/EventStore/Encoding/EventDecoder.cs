using System.Text.Json;
using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>Turns what a row of <c>mt_events</c> holds into an event. Keeps the headers that neighbouring rows have in common, so one page uses one of these.</summary>
/// <param name="log">What an error about damage names.</param>
internal struct EventDecoder(string log)
{
    private byte[]? _headersJson;
    private EventHeaders _headers;

    /// <exception cref="UnknownEventTypeException">A newer version wrote the event.</exception>
    /// <exception cref="LogDamagedException">The row is not what Strata writes.</exception>
    public RecordedEvent Decode(long position, Guid id, string streamId, long version, string type, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> data)
    {
        try
        {
            var envelope = HeadersOf(headers);
            return new(position, id, streamId, version, type, envelope.RecordedAt, envelope.Command, EventReader.Read(type, envelope.Exact ?? data)) { TraceParent = envelope.TraceParent };
        }
        catch (UnknownEventTypeException)
        {
            throw new UnknownEventTypeException(type, position, _headers.Writer);
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw LogDamagedException.OfEvent(log, position, type, failure);
        }
    }

    private EventHeaders HeadersOf(ReadOnlySpan<byte> json)
    {
        if (_headersJson is null || !json.SequenceEqual(_headersJson))
        {
            _headers = EventHeaders.Parse(json);
            _headersJson = json.ToArray();
        }

        return _headers;
    }
}
