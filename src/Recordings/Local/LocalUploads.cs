using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Uploads lie in the store as its other copies do, under their SHA-256; one gets its name when it is whole and flushed.</summary>
public sealed class LocalUploads(IRecordingStore recordings) : IUploadedRecordings
{
    public Task<KeptFile?> FindAsync(Sha256Digest receipt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var kept = new KeptBytes(KeepMode.Copy, ContentFolder.LocationOf(receipt), null, null);
        if (!recordings.IsThere(kept))
        {
            return Task.FromResult<KeptFile?>(null);
        }

        try
        {
            using var file = recordings.Open(kept);
            return Task.FromResult<KeptFile?>(new(kept, file.Length, receipt));
        }
        catch (RecordingMissingException)
        {
            // Let go of since it was looked for.
            return Task.FromResult<KeptFile?>(null);
        }
    }
}
