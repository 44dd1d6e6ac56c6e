using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>A recording that is to be spooled.</summary>
/// <param name="Path">Of the file; null where only <paramref name="StorageUrl"/> is known.</param>
/// <param name="StorageUrl">Published instead of an upload: the server opens it itself.</param>
public sealed record NewRecording(string Robot, string Dataset, string Layer, string? Path, string? StorageUrl)
{
    public string? SegmentId { get; init; }

    public Sha256Digest? Replaces { get; init; }

    public bool Cut { get; init; }

    public HoldMode Hold { get; init; }

    /// <summary>The file that the watcher found, where <see cref="Path"/> was made from it.</summary>
    public string? ConvertedFrom { get; init; }
}

/// <summary>How the spool holds on to the bytes.</summary>
public enum HoldMode
{
    /// <summary>By a copy: the original may go, or be written anew. A second name would not do, since whoever writes into the original reaches it under every name.</summary>
    Copy,

    /// <summary>The file lies in the spool's folder and is nobody else's: it is renamed.</summary>
    Own,

    /// <summary>Not at all: the file has to stay where it is until it is done.</summary>
    InPlace,
}

/// <param name="IsNew">False: the same bytes for the same layer of the same dataset are there already, and no second message is made of them.</param>
public sealed record SpoolAddition(SpooledRecording Recording, bool IsNew);

/// <summary>A file by which it is known again without reading it. A time is compared and never ordered.</summary>
public readonly record struct FileStamp(long SizeBytes, long ModifiedAtNs)
{
    private const long NanosecondsPerTick = 100;

    /// <returns>Null when there is no such file.</returns>
    public static FileStamp? Of(string path) => new FileInfo(path) is { Exists: true } file ? new(file.Length, Nanoseconds(file.LastWriteTimeUtc)) : null;

    /// <returns>UTC nanoseconds since 1970.</returns>
    public static long Nanoseconds(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;
}
