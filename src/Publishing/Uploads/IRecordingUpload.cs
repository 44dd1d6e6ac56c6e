using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>The server's door for files. A receipt is the file's own SHA-256.</summary>
public interface IRecordingUpload
{
    /// <summary>Whether the server has the whole file.</summary>
    /// <exception cref="LinkDownException">It cannot be told now.</exception>
    Task<bool> IsThereAsync(Sha256Digest sha256, long sizeBytes, CancellationToken cancellationToken);

    /// <summary>Returns when the server has the whole file; goes on where an earlier attempt ended.</summary>
    /// <param name="sent">Is told how many bytes of the file the server has.</param>
    /// <exception cref="LinkDownException">Nobody is reached, or they have no room or no time: later, for this file and all others.</exception>
    /// <exception cref="RecordingRefusedException">This file is not taken.</exception>
    Task UploadAsync(string file, Sha256Digest sha256, long sizeBytes, Action<long> sent, CancellationToken cancellationToken);
}

/// <summary>The way to the server or to the broker is closed: nothing of it is about a single recording, and it passes.</summary>
public sealed class LinkDownException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>One recording is not taken; the others may be.</summary>
/// <param name="needsPerson">Trying again by itself is of no use.</param>
public sealed class RecordingRefusedException(string message, bool needsPerson, Exception? cause = null) : Exception(message, cause)
{
    public bool NeedsPerson { get; } = needsPerson;
}
