namespace Strata.Projections.Storage;

/// <summary>SQLite refused something; the message says what was asked, what it answered and in which file.</summary>
/// <param name="isTransient">The same again can succeed once the disk has room or another process lets go; the tables themselves are sound.</param>
public sealed class ReadModelStorageException(string message, bool isTransient = false) : Exception(message)
{
    public bool IsTransient { get; } = isTransient;

    /// <summary>The file holds something else than was written there.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>There is no room for more.</summary>
    public bool IsFull { get; init; }
}
