using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>The files that robots' messages name, looked at beyond what registering needs.</summary>
internal static class PublishedFiles
{
    /// <returns>Why the file is not even looked for; null where it is.</returns>
    public static InspectedSource? Refuse(RecordingRequest request) => request switch
    {
        { Kept: null, Message.Content.Upload: { } receipt } => new InspectedSource.Unusable(
            SourceOf(request),
            SourceFault.NotUploaded,
            $"field 'upload': expected the SHA-256 of a file that was uploaded, found {receipt}, which the store does not hold (whole); upload it again, then publish it under a new message id"),
        { Message: { MayOpenUrl: false, Content.StorageUrl: { } url } } => new InspectedSource.Unusable(
            SourceOf(request), SourceFault.NotAllowed, $"field 'storageUrl': expected 'upload', since this server opens no URL for robots, found '{url}'"),
        _ => null,
    };

    /// <summary>Hashes whole files where their message says what the hash must be.</summary>
    /// <exception cref="RecordingStorageException">The store could not set a broken file aside: the messages are to come again.</exception>
    public static async Task PrepareAsync(RegisterCall call, SourceInspection inspection, CancellationToken cancellationToken)
    {
        if (!call.HasMessages)
        {
            return;
        }

        if (call.Sources.OfType<InspectedSource.Unusable>().FirstOrDefault(u => u.StoreFailure is not null) is { StoreFailure: { } storage })
        {
            throw storage;
        }

        foreach (var (index, source) in call.Sources.Index())
        {
            if (source is not InspectedSource.Sound sound || call.MessageOf(index)?.Content.Sha256 is null)
            {
                continue;
            }

            try
            {
                call.FileHashes[index] = call.Kept.Find(index) is { FileSha256: { } known } ? known : await inspection.HashAsync(sound.Source, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                call.Sources[index] = InspectedSource.Unusable.Of(sound.Source, e);
            }
        }
    }

    private static RecordingSource SourceOf(RecordingRequest request) => new(request.Path, request.StorageUrl);
}
