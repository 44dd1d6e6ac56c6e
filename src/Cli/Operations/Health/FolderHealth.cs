using Strata.Web;

namespace Strata.Cli;

/// <summary>Whether the data directory can be written: a disk that was mounted read-only after an error is found here before a robot finds it.</summary>
internal sealed class FolderHealth(DataDirectory data) : IPartHealth
{
    public string Name => "store";

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(Look(data));

    public static PartFinding Look(DataDirectory data)
    {
        var probe = Path.Combine(data.Path, $".probe-{Guid.NewGuid():N}");
        try
        {
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            file.WriteByte(0);
            file.Flush(flushToDisk: false);
            return PartFinding.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PartFinding.Down($"{data.Path} cannot be written: {e.Message}", "free room on its disk, or give this user the right to write there");
        }
    }
}
