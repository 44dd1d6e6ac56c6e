using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Copies in a bucket. An object is there as a whole or not at all, so that nothing has to be published or discarded.</summary>
/// <param name="prefix">Of all keys: empty, or ends with a slash.</param>
internal sealed class ContentBucket(S3Objects objects, BlockCache cache, BytesInFlight inFlight, string bucket, string prefix) : IContent
{
    private const string MarkName = "recordings.removing";

    /// <summary>Between the key and the id of an upload that was begun, in the name of a stored file. No key of ours has it.</summary>
    private const string UploadSeparator = "?uploadId=";

    /// <summary>What is larger cannot be copied onto itself in one request, and is sent again to be young.</summary>
    private const long MaxTouchedBytes = 5L << 30;

    /// <summary>So long a copy that was seen in the bucket passes for being there: who removes one says so in the log first, and no reader is sent to it any more.</summary>
    private static readonly TimeSpan SeenFor = TimeSpan.FromMinutes(10);

    /// <summary>What cannot be made young passes for being so until then, and is sent again afterwards: well before gc takes an orphan, at 24 h.</summary>
    private static readonly TimeSpan YoungFor = TimeSpan.FromHours(12);

    private static readonly Sha256Digest Empty = Sha256Digest.Of([]);

    private readonly LargeUpload _large = new(objects, bucket);

    // Until a server says that it does not know the condition.
    private volatile bool _knowsOnlyNew = true;

    /// <summary>To send waits for the answers of the store.</summary>
    public int ParallelCopies => 16;

    public int ParallelWrites => 16;

    public async ValueTask<PendingFile?> TakeAsync(string path, Sha256Digest? wanted, CancellationToken cancellationToken)
    {
        using var file = new SourceFile(path);
        if (file.Length > LargeUpload.PartBytes)
        {
            return await TakeLargeAsync(file, wanted, cancellationToken);
        }

        using var share = await inFlight.TakeAsync(file.Length, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent((int)file.Length + 1);
        try
        {
            var bytes = buffer.AsMemory(0, file.ReadWhole(buffer));
            var hash = Sha256Digest.Of(bytes.Span);
            return wanted is null || wanted == hash ? await PutAsync(hash, bytes, cancellationToken) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async ValueTask<PendingFile> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var share = await inFlight.TakeAsync(bytes.Length, cancellationToken);
        return await PutAsync(Sha256Digest.Of(bytes.Span), bytes, cancellationToken);
    }

    public async ValueTask<PendingFile?> FindAsync(Sha256Digest hash, CancellationToken cancellationToken)
    {
        var location = ContentNames.LocationOf(hash);
        return await objects.HeadAsync(bucket, KeyOf(location), cancellationToken) is { } head
            && await IsWholeAsync(location, hash, head, cancellationToken)
            && await IsYoungNowAsync(location, head, cancellationToken)
            ? new PendingFile(hash, head.Length, null)
            : null;
    }

    public async Task<PendingFile> AdoptAsync(ReceivedFile file, CancellationToken cancellationToken) => await TakeAsync(file.Path, file.Sha256, cancellationToken)
        ?? throw new RecordingStorageException(file.Path, "its bytes changed on this disk after they were received; send it again", new InvalidDataException("it has another SHA-256"));

    public Task PublishAsync(IReadOnlyList<PendingFile> files, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Discard(IEnumerable<PendingFile> files)
    {
    }

    public async ValueTask<IOpenRecording> OpenAsync(string location, CancellationToken cancellationToken)
    {
        var name = ContentNames.HashOf(location).Value;
        var now = TimeProvider.System.GetTimestamp();
        var since = now - (long)(SeenFor.TotalSeconds * TimeProvider.System.TimestampFrequency);
        if (cache.LengthOf(name) is { } known)
        {
            if (!cache.WasSeen(name, since) && await objects.HeadAsync(bucket, KeyOf(location), cancellationToken) is null)
            {
                throw Missing(location, name);
            }

            cache.See(name, now);
            return Opened(location, name, known);
        }

        if (name == Empty.Value)
        {
            // No byte of it can be asked for.
            return await objects.HeadAsync(bucket, KeyOf(location), cancellationToken) is null ? throw Missing(location, name) : Opened(location, name, 0);
        }

        // Readers begin with the first bytes, and most recordings end within the first block: one request tells that it is there, its length and its content.
        var buffer = ArrayPool<byte>.Shared.Rent(BlockCache.BlockBytes);
        try
        {
            var first = await objects.ReadAsync(bucket, KeyOf(location), null, 0, buffer.AsMemory(0, BlockCache.BlockBytes), cancellationToken) ?? throw Missing(location, name);
            cache.Put(name, 0, buffer.AsSpan(0, first.Count), first.Head.Length);
            cache.See(name, now);
            return Opened(location, name, first.Head.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async ValueTask<IOpenRecording> OpenAnewAsync(string location, CancellationToken cancellationToken)
    {
        var name = ContentNames.HashOf(location).Value;
        var head = await objects.HeadAsync(bucket, KeyOf(location), cancellationToken) ?? throw Missing(location, name);
        return new UncachedObject(new(objects, bucket, KeyOf(location), location, head.ETag, head.Length));
    }

    public async ValueTask<bool> IsThereAsync(string location, CancellationToken cancellationToken)
    {
        var name = ContentNames.HashOf(location).Value;
        if (await objects.HeadAsync(bucket, KeyOf(location), cancellationToken) is not null)
        {
            return true;
        }

        cache.Forget(name);
        return false;
    }

    public async ValueTask<bool> IsWholeAsync(string location, CancellationToken cancellationToken)
    {
        var hash = ContentNames.HashOf(location);
        return await objects.HeadAsync(bucket, KeyOf(location), cancellationToken) is { } head && await IsWholeAsync(location, hash, head, cancellationToken);
    }

    public async IAsyncEnumerable<StoredFile> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = await objects.ListAsync(bucket, FolderKey, after, cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                var name = found.Key[prefix.Length..];
                if (ContentNames.TryHashOf(name) is not null)
                {
                    yield return new(name, name, found.Size ?? 0, S3Objects.NanosecondsOf(found.LastModified));
                }
            }

            after = page.NextContinuationToken;
        }
        while (after is not null);

        await foreach (var upload in UploadsAsync(cancellationToken))
        {
            yield return upload;
        }
    }

    public async Task<bool> RemoveAsync(StoredFile file, CancellationToken cancellationToken)
    {
        if (file.Name.IndexOf(UploadSeparator, StringComparison.Ordinal) is > 0 and var at)
        {
            return await objects.AbortUploadAsync(bucket, KeyOf(file.Name[..at]), file.Name[(at + UploadSeparator.Length)..], cancellationToken);
        }

        if (await objects.HeadAsync(bucket, KeyOf(file.Name), cancellationToken) is not { } head || head.Length != file.SizeBytes || head.ModifiedAtNs != file.ModifiedAtNs)
        {
            return false;
        }

        await objects.DeleteAsync(bucket, KeyOf(file.Name), cancellationToken);
        cache.Forget(ContentNames.HashOf(file.Name).Value);
        return true;
    }

    public Task MarkAsync(CancellationToken cancellationToken) =>
        objects.PutAsync(bucket, prefix + MarkName, ReadOnlyMemory<byte>.Empty, Empty, onlyNew: false, cancellationToken);

    public Task UnmarkAsync(CancellationToken cancellationToken) => objects.DeleteAsync(bucket, prefix + MarkName, cancellationToken);

    public async ValueTask<bool> IsMarkedAsync(CancellationToken cancellationToken) => await objects.HeadAsync(bucket, prefix + MarkName, cancellationToken) is not null;

    private string FolderKey => $"{prefix}{ContentNames.Folder}/";

    private string KeyOf(string location) => prefix + location;

    private async ValueTask<bool> IsYoungNowAsync(string location, ObjectHead head, CancellationToken cancellationToken) =>
        (head.Length > MaxTouchedBytes ? TouchOutcome.CopyUnknown : await objects.TouchAsync(bucket, KeyOf(location), cancellationToken)) switch
        {
            TouchOutcome.Young => true,
            TouchOutcome.CopyUnknown => IsYoung(head),
            _ => false,
        };

    private static bool IsYoung(ObjectHead head) =>
        S3Objects.NanosecondsOf(TimeProvider.System.GetUtcNow().UtcDateTime) - head.ModifiedAtNs < YoungFor.Ticks * TimeSpan.NanosecondsPerTick;

    private ObjectRecording Opened(string location, string name, long length) =>
        new(new(objects, bucket, KeyOf(location), location, ifMatch: null, length), cache, name);

    private RecordingMissingException Missing(string location, string name)
    {
        cache.Forget(name);
        return new(location, $"there is no such object (s3://{bucket}/{KeyOf(location)})");
    }

    private async Task<PendingFile> PutAsync(Sha256Digest hash, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var location = ContentNames.LocationOf(hash);
        var kept = new PendingFile(hash, bytes.Length, null);
        if (_knowsOnlyNew)
        {
            switch (await objects.PutAsync(bucket, KeyOf(location), bytes, hash, onlyNew: true, cancellationToken))
            {
                case PutOutcome.Stored:
                    return kept;
                case PutOutcome.ConditionUnknown:
                    _knowsOnlyNew = false;
                    break;
            }
        }

        if (!await TryReuseAsync(location, hash, bytes.Length, cancellationToken))
        {
            await objects.PutAsync(bucket, KeyOf(location), bytes, hash, onlyNew: false, cancellationToken);
        }

        return kept;
    }

    private async Task<PendingFile?> TakeLargeAsync(SourceFile file, Sha256Digest? wanted, CancellationToken cancellationToken)
    {
        using var share = await inFlight.TakeAsync(LargeUpload.PartBytes, cancellationToken);
        var hash = file.Hash(cancellationToken);
        if (wanted is not null && wanted != hash)
        {
            return null;
        }

        var location = ContentNames.LocationOf(hash);
        if (!await TryReuseAsync(location, hash, file.Length, cancellationToken))
        {
            await _large.RunAsync(file, KeyOf(location), hash, cancellationToken);
        }

        return new PendingFile(hash, file.Length, null);
    }

    /// <summary>An object that is there already, with these bytes and not only their name, is made young again, so that it is not collected before the event that names it.</summary>
    private async Task<bool> TryReuseAsync(string location, Sha256Digest hash, long length, CancellationToken cancellationToken) =>
        await objects.HeadAsync(bucket, KeyOf(location), cancellationToken) is { } head
        && head.Length == length
        && length <= MaxTouchedBytes
        && await IsWholeAsync(location, hash, head, cancellationToken)
        && await objects.TouchAsync(bucket, KeyOf(location), cancellationToken) == TouchOutcome.Young;

    /// <summary>By what the server knows of it, or else by reading it past the cache.</summary>
    private async Task<bool> IsWholeAsync(string location, Sha256Digest hash, ObjectHead head, CancellationToken cancellationToken)
    {
        if (head.Sha256 is { } known && known == Convert.ToBase64String(Convert.FromHexString(hash.Value)))
        {
            return true;
        }

        using var running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(head.Length, 1, LargeUpload.PartBytes));
        try
        {
            for (var offset = 0L; offset < head.Length;)
            {
                var size = (int)Math.Min(buffer.Length, head.Length - offset);
                if (await objects.ReadAsync(bucket, KeyOf(location), head.ETag, offset, buffer.AsMemory(0, size), cancellationToken) is not { Count: > 0 } range)
                {
                    return false;
                }

                running.AppendData(buffer.AsSpan(0, range.Count));
                offset += range.Count;
            }

            return Sha256Digest.FromBytes(running.GetHashAndReset()) == hash;
        }
        catch (ObjectChangedException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Those that were begun and never finished: their parts take room and are in no list of objects.</summary>
    private async IAsyncEnumerable<StoredFile> UploadsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? afterKey = null, afterId = null;
        do
        {
            if (await objects.ListUploadsAsync(bucket, FolderKey, afterKey, afterId, cancellationToken) is not { } page)
            {
                yield break;
            }

            foreach (var upload in page.MultipartUploads ?? [])
            {
                if (ContentNames.TryHashOf(upload.Key[prefix.Length..]) is not null)
                {
                    yield return new(upload.Key[prefix.Length..] + UploadSeparator + upload.UploadId, null, 0, S3Objects.NanosecondsOf(upload.Initiated));
                }
            }

            (afterKey, afterId) = page.IsTruncated == true ? (page.NextKeyMarker, page.NextUploadIdMarker) : (null, null);
        }
        while (afterKey is not null);
    }
}
