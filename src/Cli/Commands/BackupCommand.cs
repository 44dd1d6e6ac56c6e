using System.CommandLine;
using Strata.EventStore;
using Strata.Web;

namespace Strata.Cli;

internal sealed class BackupCommand : StrataCommand
{
    private readonly Argument<string> _folder = new("DIR") { Description = "A new folder, or that of an earlier backup: then only new files are copied" };
    private readonly Option<bool> _verify = new("--verify") { Description = "Read every file that is in the folder already, and copy those anew that are not what their names say" };

    public BackupCommand(CommandParts parts)
        : base(parts, "backup", "Copy the log and all files that it names into a folder, while the server serves; exit 1 when one is damaged or missing", "backup /mnt/backups/strata")
    {
        Arguments.Add(_folder);
        Options.Add(_verify);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var folder = new BackupFolder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(context.Value(_folder))));
        await using var access = await context.OpenAsync(Roles.None, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        using var files = BackedUpFiles.Of(context.Data, context.Settings, folder.Scratch);
        var made = await RunAsync(new Backup(context.Data.TokenSecretOf(context.Settings), files, folder, access.Log, context.Value(_verify), progress), folder, cancellationToken);
        progress.Dispose();
        await BackupText.WriteAsync(context, made, $"{folder.Path} holds the catalog as of position {made.Position}", $", {made.CopiedFiles} of them copied now", cancellationToken);
        if (!context.Json && made.Removed.Count > 0)
        {
            await context.Terminal.Out.WriteLineAsync($"removed from {folder.Path}: {Cells.Count(made.Removed.Count, "file")} of segments that were purged since the backup before");
        }

        var told = context.Terminal.Error;
        foreach (var location in made.Mended)
        {
            await told.WriteLineAsync($"mended: {location} was damaged in {folder.Path} and is copied anew");
        }

        foreach (var location in made.Lost)
        {
            await told.WriteLineAsync($"lost: {location} is missing or damaged in {files.Place}; this backup has it whole");
        }

        foreach (var location in made.Missing)
        {
            await told.WriteLineAsync($"missing: {location} is named by the log and not in {files.Place}");
        }

        await BackupText.WriteDamagedAsync(context, made);
        if (made.IsWhole)
        {
            return ExitCodes.Done;
        }

        await ErrorLine.WriteAsync(
            context.Terminal,
            $"{Cells.Count(made.Lost.Count + made.Missing.Count + made.Damaged.Count, "file")} of the catalog not whole; everything else is in the backup",
            $"copy lost files back from {folder.Path}; 'strata verify DATASET' names the layers of the others and the commands that mend them");
        return ExitCodes.Failed;
    }

    private static async Task<BackupManifest> RunAsync(Backup backup, BackupFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            return await backup.RunAsync(cancellationToken);
        }
        catch (IOException e) when (e is not LogStorageException && StorageFailures.IsFull(e))
        {
            throw new OperationException(
                OperationErrors.StorageRefused, e.Message, $"free room on the disk of {folder.Path}, then run it again: what was copied stays, and the backup that was there is as it was");
        }
        catch (UnauthorizedAccessException e) when (e.Message.Contains(folder.Path, StringComparison.Ordinal))
        {
            throw BackupTarget.WithoutRight(folder, "write", e);
        }
    }
}

internal sealed class RestoreCommand : StrataCommand
{
    private readonly Argument<string> _folder = new("DIR") { Description = "What 'strata backup' wrote" };

    public RestoreCommand(CommandParts parts)
        : base(parts, "restore", "Fill a new data directory from a backup; exit 1 when a file of it is damaged or missing, the rest is restored", "restore /mnt/backups/strata --data new-data") => Arguments.Add(_folder);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var folder = new BackupFolder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(context.Value(_folder))));
        using var progress = new ProgressBar(context.Terminal);
        var restored = await new Restore(context.Data, context.Settings, folder, progress).RunAsync(cancellationToken);
        progress.Dispose();
        await BackupText.WriteAsync(context, restored, $"{context.Data.Path} holds the catalog as of position {restored.Position}", "", cancellationToken);
        foreach (var location in restored.Missing)
        {
            await context.Terminal.Error.WriteLineAsync($"missing: {location} is named by the log and not in {folder.Path}");
        }

        await BackupText.WriteDamagedAsync(context, restored);
        if (restored.IsWhole)
        {
            return ExitCodes.Done;
        }

        await ErrorLine.WriteAsync(
            context.Terminal,
            $"{Cells.Count(restored.Missing.Count + restored.Damaged.Count, "file")} could not be restored; everything else is",
            "'strata verify DATASET' names the layers and the commands that mend them; or put whole files of these names where the catalog has its recordings");
        return ExitCodes.Failed;
    }
}

internal static class BackupText
{
    public static async Task WriteAsync(CommandContext context, BackupManifest manifest, string what, string copied, CancellationToken cancellationToken)
    {
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, manifest, CliJson.Default.BackupManifest, cancellationToken);
            return;
        }

        await context.Terminal.Out.WriteLineAsync(
            $"{what}: {Cells.Count(manifest.Events, "event")}, {Cells.Count(manifest.Files, "file")} ({Cells.Bytes(manifest.Bytes)}{copied})");
        if (manifest.Released + manifest.LetGo.Count > 0)
        {
            await context.Terminal.Out.WriteLineAsync($"not in it: {Cells.Count(manifest.Released + manifest.LetGo.Count, "file")} of superseded or purged layers that were let go of");
        }

        if (manifest.Purged > 0)
        {
            await context.Terminal.Out.WriteLineAsync($"not in it: {Cells.Count(manifest.Purged, "file")} of purged segments");
        }

        if (manifest.References > 0)
        {
            await context.Terminal.Out.WriteLineAsync($"not in it: {Cells.Count(manifest.References, "file")} that the catalog only refers to");
        }
    }

    public static async Task WriteDamagedAsync(CommandContext context, BackupManifest manifest)
    {
        foreach (var file in manifest.Damaged)
        {
            await context.Terminal.Error.WriteLineAsync($"damaged: {file.File}: {file.Reason}");
        }
    }
}
