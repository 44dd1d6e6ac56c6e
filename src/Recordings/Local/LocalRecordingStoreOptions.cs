using System.Collections.Immutable;

namespace Strata.Recordings;

/// <param name="Root">Folder of the process; copies lie below <c>recordings/</c> in it unless <see cref="Folder"/> says otherwise.</param>
/// <param name="ReferenceRoots">Folders whose files are referenced and not copied under <c>KeepMode.Auto</c>.</param>
/// <param name="AllowedRoots">Folders outside of which nothing is opened; null where any local path may be (a server on loopback). Source: DESIGN rule 12.</param>
public sealed record LocalRecordingStoreOptions(string Root, ImmutableArray<string> ReferenceRoots, ImmutableArray<string>? AllowedRoots)
{
    /// <summary>Where copies lie. Several processes may share it.</summary>
    public string Folder { get; init; } = Path.Combine(Root, ContentNames.Folder);

    /// <summary>Of all processes that use the folder; null: an OS lock on a file beside it (<see cref="FileLock"/>).</summary>
    public IContentLock? Lock { get; init; }

    /// <summary>Asked before the folder is used; null: whoever opens it knows that it is the right one.</summary>
    public IStoreAdmission? Admission { get; init; }

    /// <summary>Buckets whose objects may be registered; null: none.</summary>
    public S3Buckets? Buckets { get; init; }
}
