using System.Collections.Immutable;

namespace Strata.Recordings;

/// <param name="Root">Folder of the store; copies lie below <c>recordings/</c> in it.</param>
/// <param name="ReferenceRoots">Folders whose files are referenced and not copied under <c>KeepMode.Auto</c>.</param>
/// <param name="AllowedRoots">Folders outside of which nothing is opened; null where any local path may be (a server on loopback). Source: DESIGN rule 12.</param>
public sealed record LocalRecordingStoreOptions(string Root, ImmutableArray<string> ReferenceRoots, ImmutableArray<string>? AllowedRoots)
{
    /// <summary>Of all processes that use the folder; null: an OS lock on a file in it.</summary>
    public IContentLock? Lock { get; init; }

    /// <summary>Buckets whose objects may be registered; null: none.</summary>
    public S3Buckets? Buckets { get; init; }
}
