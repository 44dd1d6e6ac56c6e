using System.Collections.Immutable;

namespace Strata.Recordings;

/// <summary>Copies lie in a folder of our own.</summary>
public sealed class LocalRecordingStore : RecordingStore
{
    public LocalRecordingStore(LocalRecordingStoreOptions options)
        : this(options, new LocalDisk())
    {
    }

    internal LocalRecordingStore(LocalRecordingStoreOptions options, IDisk disk)
        : this(options, HomeOf(options), disk, new ContentFolder(HomeOf(options), disk))
    {
    }

    private LocalRecordingStore(LocalRecordingStoreOptions options, string home, IDisk disk, ContentFolder content)
        : base(content, new(home, disk), PlacesOf(options), options.Lock ?? new FileLock(home), new(options.Admission, new StoreLabel(home, new FolderLabelFile(home, disk), content)))
    {
    }

    private static string HomeOf(LocalRecordingStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = Path.GetFullPath(options.Folder);
        var parent = Path.GetDirectoryName(folder) ?? throw new ArgumentException($"{folder}: expected a folder in another one, beside which its lock can lie", nameof(options));
        Directory.CreateDirectory(parent);
        return Path.Combine(LocalPaths.Resolve(parent), Path.GetFileName(folder));
    }

    private static ImmutableArray<ISourcePlace> PlacesOf(LocalRecordingStoreOptions options)
    {
        var local = new LocalSources(options.ReferenceRoots, options.AllowedRoots);
        return options.Buckets is { } buckets ? [buckets.Sources, local] : [local];
    }
}
