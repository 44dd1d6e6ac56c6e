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
        : base(new ContentFolder(RootOf(options), disk), new(Path.Combine(RootOf(options), ContentNames.Folder), disk), [.. PlacesOf(options)], options.Lock ?? new FileLock(RootOf(options)))
    {
    }

    private static string RootOf(LocalRecordingStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.Root);
        return LocalPaths.Resolve(Path.GetFullPath(options.Root));
    }

    private static ImmutableArray<ISourcePlace> PlacesOf(LocalRecordingStoreOptions options)
    {
        var local = new LocalSources(options.ReferenceRoots, options.AllowedRoots);
        return options.Buckets is { } buckets ? [buckets.Sources, local] : [local];
    }
}
