using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>
/// Files that publishers send, each under its own SHA-256, which is the receipt too. What is whole lies in the recording store as a copy that no event names yet: it is
/// collected like any orphan unless it is registered. What is not whole is never seen by anybody.
/// </summary>
public interface IRecordingUploads : IUploadedRecordings
{
    /// <summary>Larger ones are refused.</summary>
    long MaxBytes { get; }

    /// <summary>From where on an upload that was broken off can go on: bytes from the start of the file; 0 where nothing is there of it.</summary>
    long ReceivedOf(Sha256Digest sha256);

    /// <summary>Takes in a file, or a part of it; of a file that is whole already nothing is read.</summary>
    /// <param name="content">Is read to the part's end, never beyond it.</param>
    /// <exception cref="UploadRefusedException">The bytes are not wanted, or not those that were announced. Nothing of them stays, unless they can be gone on with.</exception>
    /// <exception cref="UploadCutException">The sender broke off; what came of it stays and can be gone on with.</exception>
    Task<UploadReceipt> ReceiveAsync(Sha256Digest sha256, UploadPart part, Stream content, CancellationToken cancellationToken);
}

/// <summary>Which bytes of a file are sent.</summary>
/// <param name="Start">Of the first one in the file; 0 begins anew.</param>
/// <param name="Length">Null: as many as come.</param>
/// <param name="Total">Of the whole file; null: it ends with this part.</param>
public sealed record UploadPart(long Start, long? Length, long? Total)
{
    /// <summary>A whole file.</summary>
    /// <param name="length">Null where the sender does not say it.</param>
    public static UploadPart Whole(long? length) => new(0, length, length);

    /// <summary>The size of the file, as far as it was announced.</summary>
    public long? Announced => Total ?? (Start + Length);
}

/// <param name="SizeBytes">Of the whole file; of one that is not whole yet what is there of it.</param>
public sealed record UploadReceipt(Sha256Digest Sha256, long SizeBytes, UploadOutcome Outcome);

public enum UploadOutcome
{
    /// <summary>It is whole, and was not there before.</summary>
    New,

    /// <summary>Its bytes were there already.</summary>
    Known,

    /// <summary>More of it is to come.</summary>
    Partial,
}
