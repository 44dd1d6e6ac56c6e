using System.Globalization;

namespace Strata.Contracts;

/// <summary>The log holds an event that this version does not know. A reader stops here: skipping it would make its read models wrong.</summary>
/// <param name="position">Where in the log; null where only the type is known.</param>
/// <param name="writtenBy">The version of Strata that wrote it, where the event's headers tell: it knows the type, so it is new enough.</param>
public sealed class UnknownEventTypeException(string type, long? position = null, string? writtenBy = null) : Exception(Explain(type, position, writtenBy))
{
    public string EventType { get; } = type;

    public long? Position { get; } = position;

    public string? WrittenBy { get; } = writtenBy;

    private static string Explain(string type, long? position, string? writtenBy)
    {
        var place = position is { } at ? string.Create(CultureInfo.InvariantCulture, $" at position {at}") : "";
        var needed = StrataVersion.IsNewer(writtenBy) ? $"it needs version ≥ {writtenBy}, which wrote it" : "it needs a newer version";
        return $"the log holds an event of type '{type}'{place}, which this version of Strata ({StrataVersion.Current}) does not know: {needed}; nothing was skipped or changed";
    }
}
