using System.CommandLine;

namespace Strata.Cli;

internal sealed class BackupCommand : StrataCommand
{
    private readonly Argument<string> _folder = new("DIR") { Description = "A new folder, or that of an earlier backup: then only new files are copied" };

    public BackupCommand(CommandParts parts)
        : base(parts, "backup", "Copy the log and all files that it names into a folder, while the server serves", "backup /mnt/backups/strata") => Arguments.Add(_folder);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var folder = new BackupFolder(Path.GetFullPath(context.Value(_folder)));
        await using var access = await context.OpenAsync(Roles.None, cancellationToken);
        using var progress = new ProgressBar(context.Terminal);
        using var files = BackedUpFiles.Of(context.Data, context.Settings, folder.Scratch);
        var made = await new Backup(context.Data.TokenSecretOf(context.Settings), files, folder, access.Log, progress).RunAsync(cancellationToken);
        progress.Dispose();
        await BackupText.WriteAsync(context, made, $"{folder.Path} holds the catalog as of position {made.Position}", $", {made.CopiedFiles} of them copied now", cancellationToken);
        foreach (var location in made.Missing)
        {
            await context.Terminal.Error.WriteLineAsync($"missing: {location} is named by the log and not in {files.Place}");
        }

        return made.Missing.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}

internal sealed class RestoreCommand : StrataCommand
{
    private readonly Argument<string> _folder = new("DIR") { Description = "What 'strata backup' wrote" };

    public RestoreCommand(CommandParts parts)
        : base(parts, "restore", "Fill a new data directory from a backup", "restore /mnt/backups/strata --data new-data") => Arguments.Add(_folder);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var folder = new BackupFolder(Path.GetFullPath(context.Value(_folder)));
        using var progress = new ProgressBar(context.Terminal);
        using var files = BackedUpFiles.Of(context.Data, context.Settings, folder.Scratch);
        var restored = await new Restore(context.Data, context.Settings, files, folder, progress).RunAsync(cancellationToken);
        progress.Dispose();
        await BackupText.WriteAsync(context, restored, $"{context.Data.Path} holds the catalog as of position {restored.Position}", "", cancellationToken);
        return ExitCodes.Done;
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
            await context.Terminal.Out.WriteLineAsync($"not in it: {Cells.Count(manifest.Released + manifest.LetGo.Count, "file")} of superseded layers that 'strata gc' let go of");
        }

        if (manifest.References > 0)
        {
            await context.Terminal.Out.WriteLineAsync($"not in it: {Cells.Count(manifest.References, "file")} that the catalog only refers to");
        }
    }
}
