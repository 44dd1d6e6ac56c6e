namespace Strata.EventStore;

/// <summary>The log's storage refused: disk full, read-only, damaged, held by another process. Says which file and what to do; nothing of the append was kept.</summary>
public sealed class LogStorageException(string message, Exception? innerException = null) : IOException(message, innerException);
