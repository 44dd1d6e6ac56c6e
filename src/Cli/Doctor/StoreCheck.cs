using System.Globalization;
using System.Runtime.CompilerServices;
using Strata.Recordings;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The data directory: whether it is there, can be written, has room, and who holds it; and where recordings lie if that is elsewhere.</summary>
internal sealed class StoreCheck(DataDirectory data, HostSettings settings, RunningServer? server) : IDoctorCheck
{
    /// <summary>Below it not even the log grows for long.</summary>
    private const long HardlyAnythingBytes = 200L << 20;

    public string Name => "store";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await RecordingsAsync(cancellationToken) is { } recordings)
        {
            yield return recordings;
        }

        if (!data.Exists)
        {
            yield return settings.EventStoreConnection is not null
                ? DoctorLine.Ok(Name, $"{data.Path} is not there yet: the log is in the database, and the first command folds the tables of this machine from it")
                : DoctorLine.Warning(Name, $"there is no data in {data.Path} yet", "strata register RECORDINGS --dataset NAME, or name the folder with --data");
            yield break;
        }

        var folder = FolderHealth.Look(data.Path);
        yield return folder.Status == HealthStatus.Ok
            ? DoctorLine.Ok(Name, $"{data.Path} can be written; {HolderWords()}")
            : DoctorLine.Problem(Name, folder.Words!, folder.Next!);
        foreach (var disk in DiskFolders.Of(data, settings, withRecordings: true))
        {
            yield return DiskLine(disk);
        }
    }

    private static DoctorLine DiskLine(string folder)
    {
        var free = DiskFolders.FreeBytes(folder);
        var words = string.Create(CultureInfo.InvariantCulture, $"{Cells.Bytes(free)} are free on the disk of {folder}");
        const string Next = "'strata du' says where the bytes are, 'strata gc' removes what nothing needs; or give it a larger disk";
        return free switch
        {
            < HardlyAnythingBytes => DoctorLine.Problem("disk", words, Next),
            < DiskHealth.LittleBytes => DoctorLine.Warning("disk", words, Next),
            _ => DoctorLine.Ok("disk", words),
        };
    }

    /// <returns>Null: they lie in the data directory.</returns>
    private async Task<DoctorLine?> RecordingsAsync(CancellationToken cancellationToken)
    {
        if (S3HostSettings.Of(settings) is { Bucket: { } bucket } s3)
        {
            try
            {
                await S3Buckets.LookAsync(s3.Store, bucket, s3.Prefix, cancellationToken);
                return DoctorLine.Ok(RecordingsHealth.PartName, $"the bucket '{bucket}' at {s3.Store.Name} answers");
            }
            catch (RecordingStorageException e)
            {
                return DoctorLine.Problem(RecordingsHealth.PartName, e.Message, "mend that, then look again: strata doctor");
            }
        }

        if (settings.RecordingsFolder is not { } folder)
        {
            return null;
        }

        var found = FolderHealth.Look(folder);
        return found.Status == HealthStatus.Ok ? DoctorLine.Ok(RecordingsHealth.PartName, $"{folder} can be written") : DoctorLine.Problem(RecordingsHealth.PartName, found.Words!, found.Next!);
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
