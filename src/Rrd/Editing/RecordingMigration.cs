namespace Strata.Rrd.Editing;

/// <summary>What became of one file.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Backup">Where the old bytes are.</param>
/// <param name="Report">Null when nothing was done because the backup was there before.</param>
public sealed record MigratedFile(string Path, string Backup, EditingReport? Report);

/// <summary>Brings a file of an old version to today's form, under its own name; the old bytes stay beside it. As <c>rerun rrd migrate</c>.</summary>
public static class RecordingMigration
{
    private const string BackupMark = ".backup";

    /// <summary><c>run.rrd</c> is kept as <c>run.backup.rrd</c>. Where that is there already, the file was migrated before and is left alone.</summary>
    /// <exception cref="RecordingInputException">The file cannot be read; it stays as it is.</exception>
    public static async Task<MigratedFile> RunAsync(string path, EditingOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        var backup = Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileNameWithoutExtension(path) + BackupMark + Path.GetExtension(path));
        if (File.Exists(backup))
        {
            return new MigratedFile(path, backup, null);
        }
        var report = await WrittenFile.ReplaceAsync(
            path, backup, stream => RecordingMerge.RunAsync([RecordingInput.OfFile(path, path)], stream, options, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new MigratedFile(path, backup, report);
    }
}
