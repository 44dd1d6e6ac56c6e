using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>What the log holds is not what was appended. It does not pass by itself, and whatever is made from the log cannot mend it.</summary>
public sealed class LogDamagedException : LogStorageException
{
    private LogDamagedException(string path, string found, Exception? innerException)
        : base($"{path} is damaged: {found}; stop Strata and restore {Path.GetFileName(path)} from a backup, a rebuild cannot mend it", innerException)
    {
    }

    /// <summary>The blob whose content is not its own; null when an event is damaged.</summary>
    public Sha256Digest? Blob { get; private init; }

    /// <param name="path">The log's file.</param>
    /// <param name="content">What the hash of the bytes found there is.</param>
    public static LogDamagedException OfBlob(string path, Sha256Digest blob, Sha256Digest content) =>
        new(path, $"blob {blob}: expected content with this SHA-256, found {content}", null) { Blob = blob };

    /// <summary>The name of a blob is the hash of its bytes: one that was changed goes nowhere, into no copy of the log either.</summary>
    /// <exception cref="LogDamagedException">It was changed.</exception>
    public static Blob RequireBlob(string path, Sha256Digest blob, ReadOnlyMemory<byte> content)
    {
        var actual = Sha256Digest.Of(content.Span);
        return actual == blob ? new(blob, content) : throw OfBlob(path, blob, actual);
    }

    /// <inheritdoc cref="OfBlob"/>
    public static LogDamagedException OfEvent(string path, long position, string type, Exception fault) =>
        new(path, $"event {position} ({type}) cannot be read: {fault.Message}", fault);
}
