using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Where files lie on this machine until they are whole, whatever place they go to then, and the names under which clients staged some.</summary>
/// <param name="home">Absolute; the folder of copies, or of a bucket's store the one on this machine.</param>
internal sealed class ReceivedFiles(string home, IDisk disk)
{
    private const string Name = "uploads";

    private const string Prefix = $"{ContentNames.Folder}/{Name}/";

    /// <summary>Below the copies: on their file system, so that a whole file only changes its name.</summary>
    public string Folder { get; } = Path.Combine(home, Name);

    public static bool IsOne(StoredFile file) => file.Name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>What lies here and is nobody's.</summary>
    public IAsyncEnumerable<StoredFile> ListAsync(Func<Sha256Digest, CancellationToken, ValueTask<bool>> isThere) =>
        new HalfUploads(Folder).List(home).ToAsyncEnumerable().Concat(new StagedNames(Folder, disk).ListDanglingAsync(home, isThere));

    /// <returns>False when it is not there, or not as it was listed.</returns>
    public bool Remove(StoredFile file)
    {
        var path = Path.Combine(Folder, file.Name[Prefix.Length..]);
        if (new FileInfo(path) is not { Exists: true } found || StoredFile.Of(found, home, file.Location) != file)
        {
            return false;
        }

        File.Delete(path);
        return true;
    }
}
