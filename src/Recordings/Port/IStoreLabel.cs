namespace Strata.Recordings;

/// <summary>Whose a store is, as it says itself: an id that lies among its files, so that it goes along where they are moved. The log that they belong to has the same one.</summary>
public interface IStoreLabel
{
    /// <summary>As errors name the store: a folder, or <c>s3://BUCKET/PREFIX</c>.</summary>
    string Place { get; }

    /// <returns>Null: it has none. <see cref="Guid.Empty"/>: something lies in its place that is no id.</returns>
    /// <exception cref="RecordingStorageException">The store does not answer or refuses.</exception>
    Task<Guid?> ReadAsync(CancellationToken cancellationToken);

    /// <returns>False: it has one.</returns>
    /// <exception cref="RecordingStorageException">The store does not answer or refuses.</exception>
    Task<bool> TryWriteAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Whatever was there.</summary>
    /// <exception cref="RecordingStorageException">The store does not answer or refuses.</exception>
    Task ReplaceAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Whether any copy lies in the store.</summary>
    ValueTask<bool> HoldsAnyAsync(CancellationToken cancellationToken);

    /// <param name="location">As events name it.</param>
    ValueTask<bool> HoldsAsync(string location, CancellationToken cancellationToken);
}

/// <summary>Says whether a store may be used by this process.</summary>
public interface IStoreAdmission
{
    /// <summary>Whether the store that was asked for last may be used, as far as is known: it ends when somebody gives the log another store, or the store another log.</summary>
    bool IsAdmitted { get; }

    /// <exception cref="ForeignStoreException">It is not the one of this process's log.</exception>
    /// <exception cref="RecordingStorageException">It cannot be told now.</exception>
    Task RequireAsync(IStoreLabel store, CancellationToken cancellationToken);
}

/// <summary>The files of a store are not those that the log of this process names. Nothing was read or written.</summary>
/// <param name="next">What a person may do about it.</param>
public sealed class ForeignStoreException(string message, string next) : IOException(message)
{
    public string Next { get; } = next;

    /// <summary>For who asked for no more than bytes of it.</summary>
    /// <param name="place">As errors name the store.</param>
    public RecordingStorageException OfStore(string place) => new(place, $"{Message}; {Next}", this, "use");
}
