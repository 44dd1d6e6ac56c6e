namespace Strata.Recordings;

/// <summary>The bytes that an event names are not where they were.</summary>
public sealed class RecordingMissingException(string location, string detail)
    : IOException($"recording '{location}' is missing: {detail}")
{
    public string Location { get; } = location;
}

/// <summary>A referenced file was changed after it was registered.</summary>
public sealed class RecordingChangedException(string location, string detail)
    : IOException($"recording '{location}' was changed after it was registered: {detail}; register it again to use the new content")
{
    public string Location { get; } = location;
}
