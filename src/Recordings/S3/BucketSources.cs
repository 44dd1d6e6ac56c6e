using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Objects of configured buckets; they count as ours, so that by default they are referred to and not copied. Source: DESIGN §4.1, rule 12.</summary>
/// <param name="fetchFolder">For objects that are to be copied.</param>
internal sealed class BucketSources(S3Objects objects, BlockCache cache, ImmutableArray<BucketFolder> allowed, string fetchFolder) : ISourcePlace
{
    /// <summary>Of one request while an object is fetched.</summary>
    private const int FetchBytes = 8 << 20;

    private readonly CheckedReferences _checked = new();

    public bool IsMine(string pathOrUrl) => S3Url.IsOne(pathOrUrl);

    public bool MayOpen(string pathOrUrl) => S3Url.TryParse(pathOrUrl, out _) is { } url && allowed.Any(a => a.Holds(url));

    /// <summary>Every bucket here was named by the operator as one to register from, which the folders of a disk say nothing about.</summary>
    public ISourcePlace OnlyBelow(ImmutableArray<string> folders) => this;

    public async ValueTask<OpenedSource> OpenAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken)
    {
        var url = Allowed(source.Path);
        var head = await HeadAsync(url, source.Path, cancellationToken);
        return new(Opened(url, head), StampOf(head), url.ToString());
    }

    public async ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken)
    {
        var url = Allowed(source.Path);
        return await objects.HeadAsync(url.Bucket, url.Key, cancellationToken) is { } head && StampOf(head) == stamp;
    }

    public async ValueTask<KeptFile?> TryReferAsync(RecordingSource source, KeepMode mode, SourceFolders folders, CancellationToken cancellationToken)
    {
        if (mode == KeepMode.Copy)
        {
            return null;
        }

        var url = Allowed(source.Path);
        var head = await HeadAsync(url, source.Path, cancellationToken);
        return References.Keep(source.Seen is { } seen && seen.Stamp == StampOf(head) ? seen : await SightAsync(url, head, cancellationToken));
    }

    public async ValueTask<IOpenRecording> OpenReferenceAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        var url = Allowed(kept.Location);
        var head = await HeadAsync(kept, url, cancellationToken);
        var stamp = StampOf(head);
        if (kept.TailSha256 is { } tail && !_checked.Knows(kept.Location, tail, stamp))
        {
            if ((await SightAsync(url, head, cancellationToken)).TailSha256 != tail)
            {
                throw References.Changed(kept, stamp);
            }

            _checked.Remember(kept.Location, tail, stamp);
        }

        return Opened(url, head);
    }

    public async ValueTask<IOpenRecording> OpenReferenceAnewAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        var url = Allowed(kept.Location);
        var head = await HeadAsync(kept, url, cancellationToken);
        var opened = new UncachedObject(RangesOf(url, head));
        return kept.TailSha256 is null || await References.TailOfAsync(opened, cancellationToken) == kept.TailSha256 ? opened : throw References.Changed(kept, StampOf(head));
    }

    public async ValueTask<FetchedSource> FetchAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken)
    {
        var url = Allowed(source.Path);
        var head = await HeadAsync(url, source.Path, cancellationToken);
        Directory.CreateDirectory(fetchFolder);
        var fetched = new FetchedSource(Path.Combine(fetchFolder, Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture)), isTemporary: true);
        try
        {
            await FetchAsync(url, head, fetched.Path, cancellationToken);
            return fetched;
        }
        catch (Exception e)
        {
            fetched.Dispose();
            throw e switch
            {
                ObjectChangedException => new RecordingRefusedException(source.Path, "it was replaced while it was fetched; register it when it is complete"),
                IOException and not (RecordingStorageException or RecordingMissingException) =>
                    new RecordingStorageException(fetched.Path, $"{e.Message}; it is needed to copy {url}. Free space on that disk, or refer to the object instead of copying it", e),
                _ => e,
            };
        }
    }

    private static SourceStamp StampOf(ObjectHead head) => new(head.Length, head.ModifiedAtNs) { ETag = head.ETag };

    private S3Url Allowed(string text)
    {
        var url = S3Url.Parse(text);
        return allowed.Any(a => a.Holds(url))
            ? url
            : throw new RecordingRefusedException(
                text, $"it lies outside the buckets that this server may open ({(allowed.IsEmpty ? "none" : string.Join(", ", allowed))}); copy the object there, or let the server's operator add its bucket to Strata__Recordings__S3__Sources");
    }

    private async Task<ObjectHead> HeadAsync(S3Url url, string asked, CancellationToken cancellationToken) => await objects.HeadAsync(url.Bucket, url.Key, cancellationToken)
        ?? throw new RecordingMissingException(asked, "there is no such object; check bucket and key, which mind upper and lower case");

    private async Task<ObjectHead> HeadAsync(KeptBytes kept, S3Url url, CancellationToken cancellationToken) => await objects.HeadAsync(url.Bucket, url.Key, cancellationToken)
        ?? throw new RecordingMissingException(kept.Location, "the referenced object is not there any more; bring it back, or register a copy and replace the layer");

    private async Task<SourceSight> SightAsync(S3Url url, ObjectHead head, CancellationToken cancellationToken)
    {
        using var opened = Opened(url, head);
        return new(url.ToString(), StampOf(head), await References.TailOfAsync(opened, cancellationToken));
    }

    private ObjectRecording Opened(S3Url url, ObjectHead head) =>
        new(RangesOf(url, head), cache, Sha256Digest.Of(Encoding.UTF8.GetBytes($"{url}\n{head.ETag}\n{head.Length}")).Value);

    private ObjectRanges RangesOf(S3Url url, ObjectHead head) => new(objects, url.Bucket, url.Key, url.ToString(), head.ETag, head.Length);

    private async Task FetchAsync(S3Url url, ObjectHead head, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        var buffer = ArrayPool<byte>.Shared.Rent(FetchBytes);
        try
        {
            for (var offset = 0L; offset < head.Length;)
            {
                var size = (int)Math.Min(FetchBytes, head.Length - offset);
                var range = await objects.ReadAsync(url.Bucket, url.Key, head.ETag, offset, buffer.AsMemory(0, size), cancellationToken)
                    ?? throw new RecordingMissingException(url.ToString(), "the object was removed while it was fetched");
                await file.WriteAsync(buffer.AsMemory(0, range.Count), cancellationToken);
                offset += range.Count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
