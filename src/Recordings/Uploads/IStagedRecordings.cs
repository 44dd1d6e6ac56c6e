namespace Strata.Recordings;

/// <summary>
/// Files that a client sends under a key of its own, before it says what they are. Their bytes lie in the recording store like those of any upload; a key holds them for as long
/// as they are there. Source: catalog-protocol §11.6.
/// </summary>
public interface IStagedRecordings
{
    /// <summary>Larger files are refused.</summary>
    long MaxBytes { get; }

    /// <summary>Whether something lies under the key already: it is never replaced.</summary>
    ValueTask<bool> IsTakenAsync(string key, CancellationToken cancellationToken);

    /// <returns>False when somebody was faster with the key; then nothing of the content is held.</returns>
    /// <exception cref="UploadRefusedException">It is not as announced, or finds no room. Nothing of it stays.</exception>
    /// <exception cref="UploadCutException">The sender broke off. Nothing of it stays.</exception>
    Task<bool> ReceiveAsync(StagedFile file, Stream content, CancellationToken cancellationToken);

    /// <summary>Null where nothing lies under the key. Who finds it has the time of <see cref="IUploadedRecordings.FindAsync"/> to register it.</summary>
    Task<StagedRecording?> FindAsync(string key, CancellationToken cancellationToken);
}

/// <param name="Key">The client's own.</param>
/// <param name="SizeBytes">As announced; null: it was not.</param>
/// <param name="Owner">Subject of the token under which it was asked for; null where none is needed.</param>
public sealed record StagedFile(string Key, long? SizeBytes, string? Owner);

/// <inheritdoc cref="StagedFile"/>
public sealed record StagedRecording(KeptFile File, string? Owner);
