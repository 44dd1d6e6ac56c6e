using System.Text;
using Strata.Web;

namespace Strata.Cli;

/// <summary>A folder that a backup of this catalog may be written into: a new one, or one whose backup its log goes on from. All others are left as they are.</summary>
/// <param name="Before">The backup that is there; null: none was finished.</param>
internal sealed record BackupTarget(BackupFolder Folder, BackupManifest? Before, Guid? FirstEvent)
{
    /// <summary>Named in the message, so that it is seen at a glance whose folder it is.</summary>
    private const int NamedFiles = 3;

    private const string NewFolder = "name a new folder; nothing was changed";

    /// <exception cref="OperationException">It holds something else. Nothing was changed.</exception>
    public static async Task<BackupTarget> FindAsync(BackupFolder folder, ILogStreams log, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        BackupManifest? before;
        try
        {
            before = folder.Read();
            if (before is null)
            {
                RequireNewOrBegun(folder);
            }
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw WithoutRight(folder, "read", e);
        }

        var first = await LogRow.ReadAsync(log, 0, cancellationToken).FirstOrDefaultAsync(cancellationToken);
        if (before is not null)
        {
            await RequireBeginningAsync(folder, before, first?.EventId, log, progress, cancellationToken);
        }

        return new(folder, before, first?.EventId);
    }

    /// <summary>Until it is disposed of, no other backup is written into the folder. The file stays: it tells a backup that was begun from a folder of somebody's.</summary>
    /// <exception cref="OperationException">Another one is being written, or was begun by another catalog.</exception>
    public IDisposable Take()
    {
        FileStream file;
        try
        {
            Directory.CreateDirectory(Folder.Path);
            file = Open();
        }
        catch (Exception e) when (IsRefusal(e) && !StorageFailures.IsFull(e))
        {
            throw WithoutRight(Folder, "write", e);
        }

        try
        {
            using var reader = new StreamReader(file, leaveOpen: true);
            if (reader.ReadToEnd() is { Length: > 0 } owner && owner != $"{FirstEvent}")
            {
                throw Another(Folder, FirstEvent, $"first event {owner}");
            }

            if (file.Length == 0)
            {
                file.Write(Encoding.ASCII.GetBytes($"{FirstEvent}"));
                file.Flush(flushToDisk: true);
            }

            return Folder.Read()?.MadeAtNs == Before?.MadeAtNs
                ? file
                : throw new OperationException(OperationErrors.Conflict, $"another 'strata backup' wrote into {Folder.Path} meanwhile", "run it again");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <param name="right">That is missing.</param>
    public static OperationException WithoutRight(BackupFolder folder, string right, Exception refusal) => new(
        OperationErrors.StorageRefused,
        $"{folder.Path}: expected a folder that the user '{Environment.UserName}' may {right}, found that it may not: {refusal.Message.TrimEnd('.')}",
        "give this user the right to make folders and files there and to go through the folders above, or name another folder; what was there is as it was");

    private static bool IsRefusal(Exception e) => e is IOException or UnauthorizedAccessException;

    private static void RequireNewOrBegun(BackupFolder folder)
    {
        if (File.Exists(folder.Path))
        {
            throw new OperationException(OperationErrors.Conflict, $"{folder.Path}: expected a folder, found a file", NewFolder);
        }

        if (!Directory.Exists(folder.Path) || File.Exists(folder.LockFile))
        {
            return;
        }

        var found = Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Take(NamedFiles + 1).ToList();
        if (found.Count > 0)
        {
            var named = string.Join(", ", found.Take(NamedFiles)) + (found.Count > NamedFiles ? ", …" : "");
            throw new OperationException(OperationErrors.Conflict, $"{folder.Path}: expected a new or empty folder, or a backup, found other files ({named})", NewFolder);
        }
    }

    private static async Task RequireBeginningAsync(
        BackupFolder folder, BackupManifest before, Guid? ourFirst, ILogStreams log, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var (first, last) = await EndsAsync(folder, before, progress, cancellationToken);
        if (first is null)
        {
            return;
        }

        if (first != ourFirst)
        {
            throw Another(folder, ourFirst, $"first event {first}, {Cells.Count(before.Events, "event")}, made {Cells.Time(before.MadeAtNs)}");
        }

        if (await LogRow.ReadAsync(log, before.Position - 1, cancellationToken).FirstOrDefaultAsync(cancellationToken) is not { } ours || ours.EventId != last)
        {
            throw new OperationException(
                OperationErrors.Conflict,
                $"{folder.Path}: expected a backup from which this log goes on, found one up to position {before.Position} that ends with an event which this log does not have there ({last}): since an older state was restored, this catalog went another way",
                NewFolder);
        }
    }

    /// <summary>The first versions did not write them down: there the log itself tells.</summary>
    private static async Task<(Guid? First, Guid? Last)> EndsAsync(BackupFolder folder, BackupManifest manifest, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (manifest.FirstEvent is not null || manifest.Events == 0)
        {
            return (manifest.FirstEvent, manifest.LastEvent);
        }

        var ends = new LogEnds();
        await ExportedLog.LookAsync(folder.LogOf(manifest.Position), ends.Take, $"whose backup it is cannot be told: {NewFolder}", progress, cancellationToken);
        return (ends.First, ends.Last);
    }

    private static OperationException Another(BackupFolder folder, Guid? ourFirst, string found) => new(
        OperationErrors.Conflict, $"{folder.Path}: expected a backup of this catalog ({(ourFirst is { } first ? $"first event {first}" : "which is empty")}), found one of another catalog ({found})", NewFolder);

    private FileStream Open()
    {
        try
        {
            return new(Folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(Folder.LockFile))
        {
            throw new OperationException(OperationErrors.Conflict, $"another 'strata backup' writes into {Folder.Path}", "wait for it, or name another folder");
        }
    }
}
