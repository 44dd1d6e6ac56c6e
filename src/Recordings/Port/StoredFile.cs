namespace Strata.Recordings;

/// <summary>A file in the folder of the store.</summary>
/// <param name="Name">Below <c>recordings/</c>, with slashes.</param>
/// <param name="Location">As events name it; null for one that was begun and never got its name.</param>
/// <param name="ModifiedAtNs">When it was written, or kept again: UTC nanoseconds.</param>
public sealed record StoredFile(string Name, string? Location, long SizeBytes, long ModifiedAtNs)
{
    /// <param name="home">The folder that <c>recordings/</c> stands for.</param>
    internal static StoredFile Of(FileInfo file, string home, string? location) =>
        new($"{ContentNames.Folder}/{Path.GetRelativePath(home, file.FullName).Replace(Path.DirectorySeparatorChar, '/')}", location, file.Length, Stamps.UnixNanoseconds(file.LastWriteTimeUtc));
}

/// <summary>The right to remove files: while it is there nobody keeps any that are about to be named. Not safe for concurrent use.</summary>
public interface ILettingGo : IAsyncDisposable
{
    /// <summary>Before it is said in the log what goes: who dies now leaves a mark, by which the next one knows.</summary>
    Task MarkAsync(CancellationToken cancellationToken);

    /// <returns>False when it was gone, or kept again since it was listed.</returns>
    Task<bool> RemoveAsync(StoredFile file, CancellationToken cancellationToken);

    /// <summary>All that was said is gone.</summary>
    Task UnmarkAsync(CancellationToken cancellationToken);
}
