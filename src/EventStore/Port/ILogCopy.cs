namespace Strata.EventStore;

/// <summary>
/// A whole log, out of one store and into another one, whatever their adapters: positions, ids, times and command ids stay, so that every read model comes out the
/// same. Claims and leases are not part of it: they are of the processes that hold them.
/// </summary>
public interface ILogCopy
{
    /// <summary>
    /// All that was committed at one moment, while others go on appending: first <see cref="LogRecord.Start"/>, then blobs, then events in order of position, then the
    /// appends that brought them in order of time, then the guarded rows.
    /// </summary>
    IAsyncEnumerable<LogRecord> ExportAsync(CancellationToken cancellationToken);

    /// <summary>Into a log that holds nothing yet. All of it in one transaction: when the records end with an exception nothing was imported.</summary>
    /// <exception cref="InvalidOperationException">The log is not empty.</exception>
    /// <exception cref="LogFileException">The records contradict each other.</exception>
    Task ImportAsync(IAsyncEnumerable<LogRecord> records, CancellationToken cancellationToken);
}
