namespace Strata.EventStore.Sqlite;

/// <summary>Bounds of the SQLite adapter.</summary>
/// <param name="QueueLength">Appends that may wait for the writer before callers wait to hand theirs over.</param>
/// <param name="Readers">Connections that read at the same time.</param>
/// <param name="MaxPages">Largest size of <c>log.db</c> in pages of <see cref="LogConnections.PageSizeBytes"/>; null for SQLite's own limit.</param>
public sealed record SqliteEventStoreOptions(int QueueLength = 256, int Readers = 8, long? MaxPages = null);
