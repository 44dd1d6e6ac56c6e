using System.Text.Json;

namespace Strata.EventStore.Copying;

/// <summary>The envelope of an event that is copied: what a file holds is data.</summary>
internal static class CopiedHeaders
{
    /// <exception cref="LogFileException">They are not what Strata writes.</exception>
    public static EventHeaders Of(LogRecord.Event recorded)
    {
        try
        {
            return EventHeaders.Parse(recorded.HeadersJson.Span);
        }
        catch (JsonException failure)
        {
            throw new LogFileException($"event at position {recorded.Position}: {failure.Message}");
        }
    }
}
