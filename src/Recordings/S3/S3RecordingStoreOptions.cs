using System.Collections.Immutable;

namespace Strata.Recordings;

/// <param name="Bucket">Copies lie below <c>recordings/</c> in it, behind the prefix.</param>
/// <param name="Prefix">Of all keys: empty, or ends with a slash. No two catalogs share bucket and prefix.</param>
/// <param name="Folder">Of this machine: what is uploaded lies below it until it is whole.</param>
/// <param name="Lock">Of all processes that use the bucket.</param>
/// <param name="ReferenceRoots">As <see cref="LocalRecordingStoreOptions.ReferenceRoots"/>.</param>
/// <param name="AllowedRoots">As <see cref="LocalRecordingStoreOptions.AllowedRoots"/>.</param>
public sealed record S3RecordingStoreOptions(string Bucket, string Prefix, string Folder, IContentLock Lock, ImmutableArray<string> ReferenceRoots, ImmutableArray<string>? AllowedRoots)
{
    /// <inheritdoc cref="LocalRecordingStoreOptions.Admission"/>
    public IStoreAdmission? Admission { get; init; }
}
