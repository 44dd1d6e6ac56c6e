using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// Makes a backup while others work: first the log as of one moment, then the files that its events name. A file is never changed and stands before its event, so
/// what the log names is there, unless it was let go of meanwhile or before: that is told by name.
/// </summary>
internal sealed class Backup(string tokenSecret, BackedUpFiles files, BackupFolder folder, ILogStreams log, IProgress<OperationProgress> progress)
{
    public async Task<BackupManifest> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Path);
        var before = folder.Read();
        var fresh = Path.Combine(folder.Path, "log.ndjson.gz");
        await ExportedLog.WriteAsync(fresh, log, progress, cancellationToken);
        var named = new NamedFiles();
        var summary = await ExportedLog.LookAsync(fresh, named, progress, cancellationToken);
        File.Move(fresh, folder.LogOf(summary.Position), overwrite: true);

        var (copied, bytes, purged, missing) = (0L, 0L, 0, new List<string>());
        var done = 0;
        var copies = named.Copies;
        foreach (var location in copies)
        {
            progress.Report(new("copying", done++, copies.Count));
            if (new FileInfo(folder.FileOf(location)) is { Exists: true } there)
            {
                bytes += there.Length;
            }
            else if (await files.TakeAsync(location, folder.FileOf(location), cancellationToken) is { } length)
            {
                (copied, bytes) = (copied + 1, bytes + length);
            }
            else if (named.MayBeGone(location))
            {
                purged++;
            }
            else
            {
                missing.Add(location);
            }
        }

        // While it was copied others worked: what they let go of is superseded, and nobody waits for it.
        var letGo = missing.Count == 0 ? [] : await ReleasedSince.ReadAsync(log, summary.Position, cancellationToken);
        var gone = missing.Where(letGo.Contains).ToList();
        missing.RemoveAll(letGo.Contains);
        CopySecret();
        var manifest = new BackupManifest(
            summary.Position, summary.Events, copies.Count - missing.Count - gone.Count - purged, bytes, copied, named.References, missing, UnixNanoseconds(), ProgramVersion.Text)
        {
            LetGo = gone,
            Released = named.Released,
        };
        folder.Write(manifest);
        if (before is not null && before.Position != manifest.Position)
        {
            File.Delete(folder.LogOf(before.Position));
        }

        return manifest;
    }

    private static long UnixNanoseconds() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>With the mode that it has: whoever can read it can make tokens.</summary>
    private void CopySecret()
    {
        if (File.Exists(tokenSecret))
        {
            File.Copy(tokenSecret, folder.TokenSecret, overwrite: true);
        }
    }
}
