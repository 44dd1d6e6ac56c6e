using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// First the log is read through, before anything is written; then the files are put where the settings say, and the log last: killed in between there is no log, and the
/// same command goes on. A file that is damaged or missing is told by name and keeps none of the others back. What only purged segments held is not brought back, from
/// whatever moment the backup is.
/// </summary>
internal sealed class Restore(DataDirectory data, HostSettings settings, BackupFolder folder, IProgress<OperationProgress> progress)
{
    private const string NothingRestored = "restore another backup; nothing was restored";

    /// <returns>The backup's manifest with the numbers of what was brought back.</returns>
    /// <exception cref="OperationException">There is no backup, its log is damaged, or there is something already where it would go. Nothing was changed.</exception>
    public async Task<BackupManifest> RunAsync(CancellationToken cancellationToken)
    {
        var manifest = folder.Read() ?? throw new OperationException(OperationErrors.NotFound, $"there is no finished backup in {folder.Path}", "strata backup DIR makes one");
        var (named, purged) = await LookAsync(manifest, cancellationToken);
        var copies = named.Copies(purged.Files);
        using var taken = Take(copies);
        await ExportedLog.RequireRoomAsync(data, settings, cancellationToken);

        using var files = BackedUpFiles.Of(data, settings, Path.Combine(data.Path, RestoreTarget.ScratchFolder));
        var (done, whole, bytes, missing, damaged) = (0, 0L, 0L, new List<string>(), new List<DamagedFile>());
        var letGo = manifest.LetGo.ToHashSet(StringComparer.Ordinal);
        foreach (var file in copies)
        {
            progress.Report(new("restoring", done++, copies.Count));
            try
            {
                if (await files.PutBackAsync(folder.FileOf(file.Location), file, cancellationToken))
                {
                    (whole, bytes) = (whole + 1, bytes + file.SizeBytes);
                }
                else if (!letGo.Contains(file.Location))
                {
                    missing.Add(file.Location);
                }
            }
            catch (InvalidDataException e)
            {
                damaged.Add(new(file.Location, e.Message));
            }
        }

        files.Flush();
        // One that a setting names may be that of other processes already, whose tokens are to go on counting.
        var secret = data.TokenSecretOf(settings);
        if (File.Exists(folder.TokenSecret) && (secret == data.OwnTokenSecret || !File.Exists(secret)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(secret)!);
            File.Copy(folder.TokenSecret, secret, overwrite: true);
        }

        await ExportedLog.ImportAsync(folder.LogOf(manifest.Position), data, settings, purged.Blobs, progress, cancellationToken);
        return manifest with { Files = whole, Bytes = bytes, CopiedFiles = whole, Purged = purged.Files.Count, Missing = missing, Damaged = damaged, Mended = [], Lost = [], Removed = [] };
    }

    /// <summary>To take the lock makes its file, so that one which is not there is made only where a restore may go.</summary>
    private DataDirectoryLock Take(IReadOnlyList<NamedFile> copies)
    {
        var target = new RestoreTarget(data, settings, folder);
        var held = File.Exists(data.LockFile) ? DataDirectoryLock.Take(data) : null;
        try
        {
            target.Require(copies);
            return held ?? DataDirectoryLock.Take(data);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <exception cref="OperationException">The log is not there, damaged, or that of another backup.</exception>
    private async Task<(NamedFiles Named, PurgedInLog Purged)> LookAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var log = folder.LogOf(manifest.Position);
        if (!File.Exists(log))
        {
            var found = folder.Logs().Select(Path.GetFileName).ToList();
            throw new OperationException(
                OperationErrors.Invalid, $"the backup lacks its log: expected {log}, found {(found.Count == 0 ? "none" : string.Join(", ", found))}", NothingRestored);
        }

        var (named, ends, purges) = (new NamedFiles(), new LogEnds(), new LogPurges());
        var summary = await ExportedLog.LookAsync(
            log,
            record =>
            {
                named.Take(record);
                ends.Take(record);
                purges.Take(record);
            },
            NothingRestored,
            progress,
            cancellationToken);
        if (summary.Position != manifest.Position || (manifest.FirstEvent is not null && (ends.First, ends.Last) != (manifest.FirstEvent, manifest.LastEvent)))
        {
            throw new OperationException(
                OperationErrors.Invalid, $"{log}: expected the log up to position {manifest.Position} that backup.json speaks of, found another one, up to position {summary.Position}", NothingRestored);
        }

        var purged = await purges.ReadAsync(log, NothingRestored, progress, cancellationToken);
        foreach (var file in named.Copies(purged.Files))
        {
            folder.FileOf(file.Location);
        }

        return (named, purged);
    }
}
