namespace Strata.Recordings;

/// <summary>A file in the folder of the store.</summary>
/// <param name="Name">Relative to the data directory, with slashes.</param>
/// <param name="Location">As events name it; null for one that was begun and never got its name.</param>
/// <param name="ModifiedAtNs">When it was written, or kept again: UTC nanoseconds.</param>
public sealed record StoredFile(string Name, string? Location, long SizeBytes, long ModifiedAtNs)
{
    /// <param name="root">The data directory.</param>
    internal static StoredFile Of(FileInfo file, string root, string? location) =>
        new(Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), location, file.Length, Stamps.UnixNanoseconds(file.LastWriteTimeUtc));
}

/// <summary>The right to remove files: while it is there nobody keeps any that are about to be named. Not safe for concurrent use.</summary>
public interface ILettingGo : IDisposable
{
    /// <summary>Before it is said in the log what goes: who dies now leaves a mark, by which the next one knows.</summary>
    void Mark();

    /// <returns>False when it was gone, or kept again since it was listed.</returns>
    bool Remove(StoredFile file);

    /// <summary>All that was said is gone.</summary>
    void Unmark();
}
