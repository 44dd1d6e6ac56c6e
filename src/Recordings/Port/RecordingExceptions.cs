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

/// <summary>A path or URL that may not be opened, or that is no file.</summary>
public sealed class RecordingRefusedException(string location, string detail)
    : IOException($"recording '{location}' cannot be used: {detail}")
{
    public string Location { get; } = location;

    /// <summary>It is a folder where a file was meant.</summary>
    public bool IsFolder { get; init; }
}

/// <summary>The recording store could not write, or is away; what was begun is removed again.</summary>
/// <param name="doing"><c>write</c>, <c>read</c> or <c>use</c>.</param>
public sealed class RecordingStorageException(string location, string detail, Exception innerException, string doing = "write")
    : IOException($"recording store: cannot {doing} '{location}': {detail}", innerException)
{
    public string Location { get; } = location;
}
