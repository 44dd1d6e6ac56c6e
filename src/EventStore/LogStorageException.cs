namespace Strata.EventStore;

/// <summary>The log's storage refused: disk full, read-only, damaged, held by another process. Says which file and what to do; nothing of the append was kept.</summary>
public class LogStorageException(string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>There is no room for more: trying again is of no use until somebody makes some.</summary>
    public bool IsFull { get; init; }

    /// <summary>Whose disk that is, in words that follow "the disk of"; null: that of the data directory.</summary>
    public string? DiskOf { get; init; }

    /// <summary>It does not answer for now: what was sent may have been done or not.</summary>
    public bool IsAway { get; init; }
}
