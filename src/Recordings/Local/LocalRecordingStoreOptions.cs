using System.Collections.Immutable;

namespace Strata.Recordings;

/// <param name="Root">Folder of the process; copies lie below <c>recordings/</c> in it unless <see cref="Folder"/> says otherwise.</param>
/// <param name="ReferenceRoots">Folders whose files are referenced and not copied under <c>KeepMode.Auto</c>.</param>
/// <param name="AllowedRoots">Folders outside of which nothing is opened; null where any local path may be (a server on loopback). Source: DESIGN rule 12.</param>
public sealed record LocalRecordingStoreOptions(string Root, ImmutableArray<string> ReferenceRoots, ImmutableArray<string>? AllowedRoots)
{
    /// <summary>Where copies lie. Several processes may share it; the lock of letting go lies beside it, under its name and <c>.lock</c>.</summary>
    public string Folder { get; init; } = Path.Combine(Root, "recordings");
}
