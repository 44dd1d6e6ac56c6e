using Strata.Web;

namespace Strata.Cli;

/// <summary>Files first, the log last: killed in between there is no log, and the same command goes on.</summary>
internal sealed class Restore(DataDirectory data, HostSettings settings, BackedUpFiles files, BackupFolder folder, IProgress<OperationProgress> progress)
{
    public async Task<BackupManifest> RunAsync(CancellationToken cancellationToken)
    {
        var manifest = folder.Read() ?? throw new OperationException(OperationErrors.NotFound, $"there is no finished backup in {folder.Path}", "strata backup DIR makes one");
        var log = folder.LogOf(manifest.Position);
        using var taken = DataDirectoryLock.Take(data);
        if (!await ExportedLog.MayImportAsync(data, settings, cancellationToken))
        {
            throw new OperationException(OperationErrors.Conflict, $"{data.Path} is not empty", "name a new folder with --data; nothing was changed");
        }

        var named = new NamedFiles();
        await ExportedLog.LookAsync(log, named, progress, cancellationToken);
        var done = 0;
        var copies = named.Copies;
        foreach (var location in copies)
        {
            progress.Report(new("copying", done++, copies.Count));
            if (!await files.PutBackAsync(folder.FileOf(location), location, cancellationToken) && !manifest.Missing.Contains(location) && !manifest.LetGo.Contains(location) && !named.MayBeGone(location))
            {
                throw new OperationException(OperationErrors.Invalid, $"the backup lacks {location}, which its log names", "restore an older backup, or put the file back");
            }
        }

        // One that a setting names may be that of other processes already, whose tokens are to go on counting.
        var secret = data.TokenSecretOf(settings);
        if (File.Exists(folder.TokenSecret) && (secret == data.OwnTokenSecret || !File.Exists(secret)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(secret)!);
            File.Copy(folder.TokenSecret, secret, overwrite: true);
        }

        await ExportedLog.ImportAsync(log, data, settings, progress, cancellationToken);
        return manifest;
    }
}
