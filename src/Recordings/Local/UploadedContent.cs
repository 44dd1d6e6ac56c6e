using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Received files in the folder of the store.</summary>
/// <param name="root">Absolute, of the store.</param>
internal sealed class UploadedContent(string root, ContentFolder content, ContentLock @lock, IDisk disk) : IUploadTarget
{
    private const string Folder = "recordings/uploads";

    private readonly VerifiedCopies _verified = new();

    /// <summary>Below the copies: on their file system, so that a whole file only changes its name.</summary>
    public string UploadFolder { get; } = Path.Combine(root, Folder);

    public bool Holds(Sha256Digest sha256) => File.Exists(content.PathOf(ContentFolder.LocationOf(sha256)));

    public async Task<KeptFile?> FindAsync(Sha256Digest sha256, CancellationToken cancellationToken)
    {
        using var step = await @lock.ShareForOneStepAsync(cancellationToken);
        var path = content.PathOf(ContentFolder.LocationOf(sha256));
        if (Stamps.TryOf(path) is not { } stamp || !(_verified.Knows(sha256, stamp) || content.IsWhole(ContentFolder.LocationOf(sha256), cancellationToken)))
        {
            return null;
        }

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        _verified.Remember(sha256, Stamps.TryOf(path) ?? stamp);
        return LocalRecordingStore.ToKept(new(sha256, stamp.SizeBytes, null));
    }

    public async Task<AdoptedFile> AdoptAsync(ReceivedFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            if (await FindAsync(file.Sha256, cancellationToken) is { } known)
            {
                // Whoever named it may not have come to making the name durable.
                await content.PublishAsync([new(file.Sha256, file.SizeBytes, null)], cancellationToken);
                return new(known, WasThere: true);
            }

            using var step = await @lock.ShareForOneStepAsync(cancellationToken);
            var pending = new PendingFile(file.Sha256, file.SizeBytes, file.Path);
            await content.PublishAsync([pending], cancellationToken);
            if (Stamps.TryOf(content.PathOf(ContentFolder.LocationOf(file.Sha256))) is { } stamp)
            {
                _verified.Remember(file.Sha256, stamp);
            }

            return new(LocalRecordingStore.ToKept(pending), WasThere: false);
        }
        finally
        {
            File.Delete(file.Path);
        }
    }

    /// <summary>What lies in its folder and is nobody's.</summary>
    public IEnumerable<StoredFile> List() => new HalfUploads(UploadFolder).List(root).Concat(new StagedNames(UploadFolder, disk).ListDangling(root, Holds));
}
