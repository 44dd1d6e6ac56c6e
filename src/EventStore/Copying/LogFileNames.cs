namespace Strata.EventStore;

/// <summary>Members of the lines of an exported log. The first member of a line says what it is.</summary>
internal static class LogFileNames
{
    public const string FormatName = "strata-log";

    /// <summary>Raised with any change that an older reader would misread.</summary>
    public const int NewestVersion = 1;

    public const string Format = "format";
    public const string FormatVersion = "formatVersion";
    public const string Head = "head";
    public const string Events = "events";
    public const string Records = "records";
    public const string Blob = "blob";
    public const string Content = "content";
    public const string Command = "command";
    public const string Position = "position";
    public const string Positions = "positions";
    public const string RecordedAtNs = "recordedAtNs";
    public const string Event = "event";
    public const string Stream = "stream";
    public const string Version = "version";
    public const string Type = "type";
    public const string DotnetType = "dotnetType";
    public const string Headers = "headers";
    public const string Data = "data";
    public const string Guard = "guard";
    public const string Key = "key";
    public const string Value = "value";
    public const string Sha256 = "sha256";
    public const string Lines = "lines";
}
