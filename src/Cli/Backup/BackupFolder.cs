using System.Globalization;
using System.Text.Json;
using Strata.Recordings;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// A backup as it lies on a disk: the exported log, the files that its events name, the secret of its tokens, <c>backup.lock</c>, which is there from the beginning, and
/// <c>backup.json</c>, which is written last and says what belongs together. Made again into the same folder, only new files are copied.
/// </summary>
internal sealed record BackupFolder(string Path)
{
    private const string ManifestName = "backup.json";
    private const string LogPrefix = "log-";
    private const string LogSuffix = ".ndjson.gz";
    private const string Unfinished = ".part";

    public string LockFile => System.IO.Path.Combine(Path, "backup.lock");

    public string TokenSecret => System.IO.Path.Combine(Path, "token.secret");

    /// <summary>For what is fetched on the way.</summary>
    public string Scratch => System.IO.Path.Combine(Path, "scratch");

    /// <summary>The log until it is known how far it goes.</summary>
    public string FreshLog => System.IO.Path.Combine(Path, "log" + LogSuffix);

    private string ManifestPath => System.IO.Path.Combine(Path, ManifestName);

    public string LogOf(long position) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{LogPrefix}{position}{LogSuffix}"));

    /// <param name="location">As events name it: relative to a data directory, with slashes.</param>
    /// <exception cref="OperationException">It would lie elsewhere.</exception>
    public string FileOf(string location) => Inside(Path, location);

    /// <returns>Null where no backup was ever finished.</returns>
    /// <exception cref="OperationException">It is not what was written.</exception>
    public BackupManifest? Read()
    {
        if (!File.Exists(ManifestPath))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(ManifestPath), CliJson.Default.BackupManifest) is { Position: >= 0, Missing: not null } read
                ? read with { LetGo = read.LetGo ?? [], Damaged = read.Damaged ?? [], Mended = read.Mended ?? [], Lost = read.Lost ?? [], Removed = read.Removed ?? [] } // those before had fewer lists
                : throw new JsonException("it lacks what belongs into it");
        }
        catch (JsonException e)
        {
            throw new OperationException(
                OperationErrors.Invalid,
                $"{ManifestPath}: expected what 'strata backup' writes, found something else ({e.Message}); nothing was changed",
                $"name another folder; its log alone can be read by 'strata log import {LogOf(0).Replace($"{LogPrefix}0", $"{LogPrefix}…", StringComparison.Ordinal)}'");
        }
    }

    /// <summary>Durable when this returns, and with it all names in the folder.</summary>
    public void Write(BackupManifest manifest)
    {
        using (var file = new FileStream(ManifestPath + Unfinished, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, manifest, CliJson.Default.BackupManifest);
            file.Flush(flushToDisk: true);
        }

        File.Move(ManifestPath + Unfinished, ManifestPath, overwrite: true);
        DurableFolders.Flush([], Path);
    }

    /// <summary>With the mode that it has: whoever can read it can make tokens.</summary>
    public void TakeSecret(string from)
    {
        if (File.Exists(from))
        {
            File.Copy(from, TokenSecret + Unfinished, overwrite: true);
            File.Move(TokenSecret + Unfinished, TokenSecret, overwrite: true);
        }
    }

    /// <summary>Those of earlier backups, and of such as were cut short.</summary>
    public void RemoveLogsExcept(long position)
    {
        foreach (var log in Logs().Where(log => log != LogOf(position)))
        {
            File.Delete(log);
        }
    }

    public IEnumerable<string> Logs() => Directory.Exists(Path)
        ? Directory.EnumerateFiles(Path, $"{LogPrefix}*{LogSuffix}").Where(f => long.TryParse(System.IO.Path.GetFileName(f)[LogPrefix.Length..^LogSuffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        : [];

    /// <summary>What a file of data names is data: no name leads out of its folder.</summary>
    public static string Inside(string folder, string location)
    {
        var path = System.IO.Path.GetFullPath(location, folder);
        return path.StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new OperationException(OperationErrors.Invalid, $"the log names the file '{location}': expected one inside of the data directory", null);
    }
}
