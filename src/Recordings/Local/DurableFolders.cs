namespace Strata.Recordings;

/// <summary>Makes names durable for who puts files into folders by other ways than a store.</summary>
public static class DurableFolders
{
    /// <param name="folders">Below the parent, and all on its file system.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Flush(IReadOnlyCollection<string> folders, string parent) => new DurableFiles(new LocalDisk()).FlushFolders(folders, parent);
}
