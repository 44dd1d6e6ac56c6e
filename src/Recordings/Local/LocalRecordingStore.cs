using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Recordings;

/// <summary>Recordings on local disks: copies in a folder of our own, references elsewhere. Source: DESIGN §4.1, rules 12 and 15.</summary>
public sealed class LocalRecordingStore : IRecordingStore, IUploadTarget
{
    /// <summary>Reading and hashing files wants processors, of which more side by side than this would be taken from everybody else.</summary>
    private static readonly int Parallelism = Math.Clamp(Environment.ProcessorCount, 1, 8);

    private readonly ContentFolder _content;
    private readonly References _references = new();
    private readonly ImmutableArray<string> _referenceRoots;
    private readonly ImmutableArray<string>? _allowedRoots;
    private readonly ContentLock _lock;
    private readonly UploadedContent _uploaded;

    public LocalRecordingStore(LocalRecordingStoreOptions options)
        : this(options, new LocalDisk())
    {
    }

    internal LocalRecordingStore(LocalRecordingStoreOptions options, IDisk disk)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.Root);
        var root = LocalPaths.Resolve(Path.GetFullPath(options.Root));
        _content = new(root, disk);
        _referenceRoots = Resolve(options.ReferenceRoots);
        _lock = new(root);
        _uploaded = new(root, _content, _lock, disk);
        _allowedRoots = options.AllowedRoots is { } allowed ? Resolve(allowed) : null;
    }

    private LocalRecordingStore(LocalRecordingStore store, ImmutableArray<string> allowedRoots) =>
        (_content, _lock, _uploaded, _referenceRoots, _allowedRoots) = (store._content, store._lock, store._uploaded, store._referenceRoots, allowedRoots);

    public IRecordingStore? OnlyBelow(ImmutableArray<string> folders) =>
        new LocalRecordingStore(this, [.. Resolve(folders).Where(f => _allowedRoots is not { } own || IsBelow(f, own))]);

    public async Task<KeptFile> KeepAsync(RecordingSource source, KeepMode mode, CancellationToken cancellationToken) => (await KeepAllAsync([source], mode, cancellationToken))[0];

    public async Task<IReadOnlyList<KeptFile>> KeepAllAsync(IReadOnlyList<RecordingSource> sources, KeepMode mode, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var files = new KeptFile[sources.Count];
        var copies = new PendingFile?[sources.Count];
        var folders = new SourceFolders();
        using var step = await _lock.ShareForOneStepAsync(cancellationToken);
        try
        {
            await Parallel.ForAsync(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, (k, token) =>
            {
                if (sources[k].Seen is { } seen && IsReferenced(seen.Path, mode) && Stamps.TryOf(seen.Path) == seen.Stamp)
                {
                    RequireAllowed(seen.Path, sources[k].Path);
                    files[k] = References.Keep(seen);
                    return ValueTask.CompletedTask;
                }

                var (path, stamp) = Locate(sources[k], LocalPaths.Resolve(sources[k].Path, folders));
                if (IsReferenced(path, mode))
                {
                    files[k] = References.Keep(path, stamp);
                }
                else
                {
                    copies[k] = _content.Take(path, token);
                }

                return ValueTask.CompletedTask;
            });
            await _content.PublishAsync([.. copies.OfType<PendingFile>()], cancellationToken);
        }
        catch
        {
            ContentFolder.Discard(copies.OfType<PendingFile>());
            throw;
        }

        for (var k = 0; k < files.Length; k++)
        {
            if (copies[k] is { } copy)
            {
                files[k] = ToKept(copy);
            }
        }

        return files;
    }

    public async Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        var pending = new List<PendingFile>(files.Count);
        using var step = await _lock.ShareForOneStepAsync(cancellationToken);
        try
        {
            foreach (var file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                pending.Add(_content.Take(file, cancellationToken));
            }

            await _content.PublishAsync(pending, cancellationToken);
        }
        catch
        {
            ContentFolder.Discard(pending);
            throw;
        }

        return [.. pending.Select(ToKept)];
    }

    public bool MayOpen(string path) => _allowedRoots is not { } roots || IsBelow(LocalPaths.Resolve(path), roots);

    public OpenedSource OpenSource(RecordingSource source, SourceFolders folders)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(folders);
        var (path, stamp) = Locate(source, LocalPaths.Resolve(source.Path, folders));
        return new(OpenFile(path), stamp, path);
    }

    public bool IsUnchanged(RecordingSource source, SourceStamp stamp)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Stamps.TryOf(LocalPaths.Resolve(source.Path)) == stamp;
    }

    public IOpenRecording Open(KeptBytes kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (kept.Mode == KeepMode.Reference)
        {
            if (_allowedRoots is not null)
            {
                RequireAllowed(LocalPaths.Resolve(kept.Location), kept.Location);
            }

            RequireRegular(kept.Location, kept.Location);
            _references.Check(kept);
            return OpenFile(kept.Location);
        }

        return OpenFile(_content.PathOf(kept.Location));
    }

    public async Task<CopyState> RestoreAsync(RecordingSource source, KeptBytes kept, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(kept);
        if (kept.Mode != KeepMode.Copy || _content.IsWhole(kept.Location, cancellationToken))
        {
            return CopyState.Whole;
        }

        using var step = await _lock.ShareForOneStepAsync(cancellationToken);
        var copy = _content.Take(Locate(source, LocalPaths.Resolve(source.Path)).Path, cancellationToken);
        if (ContentFolder.LocationOf(copy.Hash) != kept.Location)
        {
            ContentFolder.Discard([copy]);
            return CopyState.Lost;
        }

        await _content.PublishAsync([copy], cancellationToken);
        return CopyState.PutBack;
    }

    public bool IsThere(KeptBytes kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        return kept.Mode != KeepMode.Copy || File.Exists(_content.PathOf(kept.Location));
    }

    public Task<IDisposable> HoldAsync(CancellationToken cancellationToken) => _lock.ShareAsync(cancellationToken);

    public IEnumerable<StoredFile> List() => _content.All().Concat(_uploaded.List());

    public async Task<ILettingGo> LetGoAsync(CancellationToken cancellationToken) => new LettingGo(_content, await _lock.TakeAsync(cancellationToken));

    public bool WasCutWhileLettingGo() => _lock.IsMarked;

    public string UploadFolder => _uploaded.UploadFolder;

    public bool Holds(Sha256Digest sha256) => _uploaded.Holds(sha256);

    public Task<KeptFile?> FindAsync(Sha256Digest sha256, CancellationToken cancellationToken) => _uploaded.FindAsync(sha256, cancellationToken);

    public Task<AdoptedFile> AdoptAsync(ReceivedFile file, CancellationToken cancellationToken) => _uploaded.AdoptAsync(file, cancellationToken);

    private static ImmutableArray<string> Resolve(ImmutableArray<string> folders) => [.. folders.Select(f => LocalPaths.Resolve(Path.TrimEndingDirectorySeparator(Path.GetFullPath(f))))];

    internal static KeptFile ToKept(PendingFile file) => new(new KeptBytes(KeepMode.Copy, ContentFolder.LocationOf(file.Hash), null, null), file.SizeBytes, file.Hash);

    private static LocalRecording OpenFile(string path)
    {
        try
        {
            return new(FileBytes.Open(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RecordingMissingException(path, "there is no such file");
        }
    }

    private (string Path, SourceStamp Stamp) Locate(RecordingSource source, string path)
    {
        RequireAllowed(path, source.Path);
        RequireRegular(path, source.Path);
        if (Stamps.TryOf(path) is { } stamp)
        {
            return (path, stamp);
        }

        throw Directory.Exists(path)
            ? new RecordingRefusedException(source.Path, "it is a folder; name the .rrd files in it") { IsFolder = true }
            : new RecordingMissingException(source.Path, "there is no such file; check the path, or list the files again if they may have moved");
    }

    private static void RequireRegular(string path, string asked)
    {
        if (FileKinds.SpecialKindOf(path) is { } kind)
        {
            throw new RecordingRefusedException(asked, $"it is {kind}, not a regular file; write its content to a file and register that");
        }
    }

    private void RequireAllowed(string path, string asked)
    {
        if (_allowedRoots is { } roots && !IsBelow(path, roots))
        {
            throw new RecordingRefusedException(
                asked, $"it lies outside the folders that this server may open ({(roots.IsEmpty ? "none" : string.Join(", ", roots))}); move the file there, or let the server's operator add its folder");
        }
    }

    private static bool IsBelow(string path, ImmutableArray<string> roots) => roots.Any(r => path == r || LocalPaths.IsInside(path, r));

    private bool IsReferenced(string path, KeepMode mode) =>
        mode == KeepMode.Reference || (mode == KeepMode.Auto && _referenceRoots.Any(r => LocalPaths.IsInside(path, r)));
}
