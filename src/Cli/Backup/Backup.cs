using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// Makes a backup while others work: first the log as of one moment, then the files that its events name. A file is never changed and stands before its event, so
/// what the log names is there, unless it was let go of meanwhile or before: that is told by name. One that is damaged or missing keeps none of the others back. What only
/// purged segments held is left out, whether it is erased yet or not.
/// </summary>
/// <param name="isReadAgain">Every file in the folder is read and compared with its name, not only those that changed since.</param>
internal sealed class Backup(string tokenSecret, BackedUpFiles files, BackupFolder folder, ILogStreams log, bool isReadAgain, IProgress<OperationProgress> progress)
{
    private const string Again = "run it again";

    /// <exception cref="OperationException">The folder holds something else. Nothing was changed.</exception>
    public async Task<BackupManifest> RunAsync(CancellationToken cancellationToken)
    {
        var target = await BackupTarget.FindAsync(folder, log, progress, cancellationToken);
        using var taken = target.Take();
        await ExportedLog.WriteAsync(folder.FreshLog, log, progress, cancellationToken);
        var (named, ends, purges) = (new NamedFiles(), new LogEnds(), new LogPurges());
        var summary = await ExportedLog.LookAsync(
            folder.FreshLog,
            record =>
            {
                named.Take(record);
                ends.Take(record);
                purges.Take(record);
            },
            Again,
            progress,
            cancellationToken);
        var purged = await purges.ReadAsync(folder.FreshLog, Again, progress, cancellationToken);
        await ExportedLog.RemoveContentsAsync(folder.FreshLog, purged.Blobs, Again, progress, cancellationToken);
        File.Move(folder.FreshLog, folder.LogOf(summary.Position), overwrite: true);

        var brought = new CopiedFiles(files, folder, target.Before, isReadAgain);
        var done = 0;
        var copies = named.Copies(purged.Files);
        foreach (var file in copies)
        {
            progress.Report(new(isReadAgain ? "checking" : "copying", done++, copies.Count));
            await brought.BringAsync(file, cancellationToken);
        }

        // While it was copied others worked: what they let go of is superseded, and nobody waits for it.
        var letGo = brought.Missing.Count + brought.Lost.Count == 0 ? [] : await ReleasedSince.ReadAsync(log, summary.Position, cancellationToken);
        folder.TakeSecret(tokenSecret);
        brought.Flush();
        var manifest = new BackupManifest(
            summary.Position, summary.Events, brought.Whole, brought.Bytes, brought.Copied, named.References, [.. brought.Missing.Where(f => !letGo.Contains(f))], UnixNanoseconds(), ProgramVersion.Text)
        {
            LetGo = [.. brought.Missing.Where(letGo.Contains)],
            Released = named.Released,
            Purged = purged.Files.Count,
            FirstEvent = ends.First,
            LastEvent = ends.Last,
            Damaged = brought.Damaged,
            Mended = brought.Mended,
            Lost = [.. brought.Lost.Where(f => !letGo.Contains(f))],
        };
        folder.Write(manifest);

        // Not before: until then the backup that was there is the one that counts.
        folder.RemoveLogsExcept(manifest.Position);
        var removed = brought.Remove(purged.Files);
        brought.Flush();
        return manifest with { Removed = removed };
    }

    private static long UnixNanoseconds() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
