namespace Strata.Projections.Storage;

/// <summary>SQLite refused something; the message says what was asked, what it answered and in which file.</summary>
public sealed class ReadModelStorageException(string message) : Exception(message);
