using System.Collections.Immutable;
using System.Text;
using Strata.Contracts;

namespace Strata.EventStore;

internal readonly record struct EncodedEvent(EventTypeText Type, byte[] Json);

internal sealed record EncodedStream(string StreamId, long ExpectedVersion, EncodedEvent[] Events, string? TraceParent);

/// <summary>An append checked and turned into bytes on its caller's thread: the writer, which all wait for, only copies.</summary>
internal sealed record EncodedAppend(string CommandId, EncodedStream[] Streams, ImmutableArray<Guard> Guards, ImmutableArray<Blob> Blobs, int EventCount)
{
    /// <summary>Twice the longest segment id that Strata allows, and room for a prefix: longer ones are a caller's mistake.</summary>
    private const int MaxIdBytes = 4096;

    /// <exception cref="ArgumentException">An id is empty, too long, holds NUL or half a surrogate pair; or an expected version is below −1.</exception>
    public static EncodedAppend From(Append append)
    {
        ArgumentNullException.ThrowIfNull(append);
        CheckId("command id", append.CommandId);
        var guards = append.Guards.IsDefault ? [] : append.Guards;
        foreach (var guard in guards)
        {
            CheckId("guard scope", guard.Scope);
        }

        var streams = append.Streams.IsDefault ? [] : append.Streams.Select(Encode).ToArray();
        return new(append.CommandId, streams, guards, append.Blobs.IsDefault ? [] : append.Blobs, streams.Sum(s => s.Events.Length));
    }

    private static EncodedStream Encode(StreamAppend stream)
    {
        CheckId("stream id", stream.StreamId);
        if (stream.ExpectedVersion < StreamAppend.AnyVersion)
        {
            throw new ArgumentException($"stream '{stream.StreamId}': expected a version of 0 or more, or {StreamAppend.AnyVersion} for any, found {stream.ExpectedVersion}");
        }

        var events = new EncodedEvent[stream.Events.IsDefault ? 0 : stream.Events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = new(EventTypeText.Of(stream.Events[i]), EventJson.Serialize(stream.Events[i]));
        }

        return new(stream.StreamId, stream.ExpectedVersion, events, stream.TraceParent ?? StrataTracing.Current);
    }

    private static void CheckId(string kind, string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, kind);
        try
        {
            if (StrictUtf8.Encoding.GetByteCount(id) is var bytes and > MaxIdBytes)
            {
                throw new ArgumentException($"{kind}: expected at most {MaxIdBytes} bytes of UTF-8, found {bytes}");
            }
        }
        catch (EncoderFallbackException failure)
        {
            throw new ArgumentException($"{kind}: half a surrogate pair at index {failure.Index}; it is no Unicode text", failure);
        }

        if (id.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"{kind} '{id.Replace("\0", "\\0", StringComparison.Ordinal)}' contains a NUL character");
        }
    }
}
