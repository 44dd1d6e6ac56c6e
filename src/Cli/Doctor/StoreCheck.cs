using System.Globalization;
using System.Runtime.CompilerServices;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The data directory: whether it is there, can be written, has room, and who holds it.</summary>
internal sealed class StoreCheck(DataDirectory data, RunningServer? server) : IDoctorCheck
{
    /// <summary>Below it not even the log grows for long.</summary>
    private const long HardlyAnythingBytes = 200L << 20;

    public string Name => "store";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        if (!data.Exists)
        {
            yield return DoctorLine.Warning(Name, $"there is no data in {data.Path} yet", "strata register RECORDINGS --dataset NAME, or name the folder with --data");
            yield break;
        }

        var folder = FolderHealth.Look(data);
        yield return folder.Status == HealthStatus.Ok
            ? DoctorLine.Ok(Name, $"{data.Path} can be written; {HolderWords()}")
            : DoctorLine.Problem(Name, folder.Words!, folder.Next!);
        var free = DiskHealth.FreeBytes(data.Path);
        var words = string.Create(CultureInfo.InvariantCulture, $"{Cells.Bytes(free)} are free on the disk of {data.Path}");
        const string Next = "'strata du' says where the bytes are, 'strata gc' removes what nothing needs; or give it a larger disk";
        yield return free switch
        {
            < HardlyAnythingBytes => DoctorLine.Problem("disk", words, Next),
            < DiskHealth.LittleBytes => DoctorLine.Warning("disk", words, Next),
            _ => DoctorLine.Ok("disk", words),
        };
    }

    private string HolderWords()
    {
        if (server is not null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"held by the server at {server.Url} (process {server.ProcessId})");
        }

        using var taken = DataDirectoryLock.TryTake(data);
        return taken is null ? "held by another strata command" : "held by nobody";
    }
}
