using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Files of this machine, within the folders that may be opened.</summary>
internal sealed class LocalSources(ImmutableArray<string> referenceRoots, ImmutableArray<string>? allowedRoots) : ISourcePlace
{
    private readonly References _references = new();
    private readonly ImmutableArray<string> _referenceRoots = Resolve(referenceRoots);
    private readonly ImmutableArray<string>? _allowedRoots = allowedRoots is { } allowed ? Resolve(allowed) : null;

    public bool IsMine(string pathOrUrl) => true;

    public bool MayOpen(string pathOrUrl) => !S3Url.IsOne(pathOrUrl) && (_allowedRoots is not { } roots || IsBelow(LocalPaths.Resolve(pathOrUrl), roots));

    public ISourcePlace OnlyBelow(ImmutableArray<string> folders) =>
        new LocalSources(_referenceRoots, [.. Resolve(folders).Where(f => _allowedRoots is not { } own || IsBelow(f, own))]);

    public ValueTask<OpenedSource> OpenAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken)
    {
        var (path, stamp) = Locate(source, LocalPaths.Resolve(source.Path, folders));
        return ValueTask.FromResult(new OpenedSource(LocalRecording.Open(path), stamp, path));
    }

    public ValueTask<bool> IsUnchangedAsync(RecordingSource source, SourceStamp stamp, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Stamps.TryOf(LocalPaths.Resolve(source.Path)) == stamp);

    public ValueTask<KeptFile?> TryReferAsync(RecordingSource source, KeepMode mode, SourceFolders folders, CancellationToken cancellationToken)
    {
        if (source.Seen is { } seen && IsReferenced(seen.Path, mode) && Stamps.TryOf(seen.Path) == seen.Stamp)
        {
            RequireAllowed(seen.Path, source.Path);
            return ValueTask.FromResult<KeptFile?>(References.Keep(seen));
        }

        var (path, stamp) = Locate(source, LocalPaths.Resolve(source.Path, folders));
        return ValueTask.FromResult(IsReferenced(path, mode) ? References.Keep(path, stamp) : null);
    }

    public ValueTask<IOpenRecording> OpenReferenceAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        RequireOpenable(kept);
        _references.Check(kept);
        return ValueTask.FromResult<IOpenRecording>(LocalRecording.Open(kept.Location));
    }

    public ValueTask<IOpenRecording> OpenReferenceAnewAsync(KeptBytes kept, CancellationToken cancellationToken)
    {
        RequireOpenable(kept);
        References.CheckAnew(kept);
        return ValueTask.FromResult<IOpenRecording>(LocalRecording.Open(kept.Location));
    }

    public ValueTask<FetchedSource> FetchAsync(RecordingSource source, SourceFolders folders, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new FetchedSource(Locate(source, LocalPaths.Resolve(source.Path, folders)).Path, isTemporary: false));

    private static ImmutableArray<string> Resolve(ImmutableArray<string> folders) => [.. folders.Select(f => LocalPaths.Resolve(Path.TrimEndingDirectorySeparator(Path.GetFullPath(f))))];

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

    private void RequireOpenable(KeptBytes kept)
    {
        if (_allowedRoots is not null)
        {
            RequireAllowed(LocalPaths.Resolve(kept.Location), kept.Location);
        }

        RequireRegular(kept.Location, kept.Location);
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
