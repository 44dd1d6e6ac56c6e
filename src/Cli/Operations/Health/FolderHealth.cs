using Strata.Web;

namespace Strata.Cli;

/// <summary>Whether a folder can be written: a disk that was mounted read-only after an error is found here before a robot finds it.</summary>
/// <param name="name">Of the part.</param>
internal sealed class FolderHealth(string name, string folder) : IPartHealth
{
    /// <summary>The data directory.</summary>
    public const string Store = "store";

    public string Name => name;

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(Look(folder));

    public static PartFinding Look(string folder)
    {
        var probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
        try
        {
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            file.WriteByte(0);
            file.Flush(flushToDisk: false);
            return PartFinding.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PartFinding.Down($"{folder} cannot be written: {e.Message}", "free room on its disk, mount it, or give this user the right to write there");
        }
    }
}
