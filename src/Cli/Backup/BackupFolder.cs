using System.Globalization;
using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// A backup as it lies on a disk: the exported log, the files that its events name, the secret of its tokens, and <c>backup.json</c>, which is written last and says
/// what belongs together. Made again into the same folder, only new files are copied.
/// </summary>
internal sealed record BackupFolder(string Path)
{
    private const string ManifestName = "backup.json";

    public string TokenSecret => System.IO.Path.Combine(Path, "token.secret");

    /// <summary>For what is fetched on the way.</summary>
    public string Scratch => System.IO.Path.Combine(Path, "scratch");

    public string LogOf(long position) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"log-{position}.ndjson.gz"));

    /// <param name="location">As events name it: relative to a data directory, with slashes.</param>
    /// <exception cref="OperationException">It would lie elsewhere.</exception>
    public string FileOf(string location) => Inside(Path, location);

    /// <returns>Null where no backup was ever finished.</returns>
    public BackupManifest? Read()
    {
        var path = System.IO.Path.Combine(Path, ManifestName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), CliJson.Default.BackupManifest) : null;
        }
        catch (JsonException e)
        {
            throw new OperationException(OperationErrors.Invalid, $"{path}: expected what 'strata backup' writes, found something else ({e.Message})", "name a new folder");
        }
    }

    public void Write(BackupManifest manifest)
    {
        var path = System.IO.Path.Combine(Path, ManifestName);
        using (var file = new FileStream(path + ".part", FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, manifest, CliJson.Default.BackupManifest);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>What a file of data names is data: no name leads out of its folder.</summary>
    public static string Inside(string folder, string location)
    {
        var path = System.IO.Path.GetFullPath(location, folder);
        return path.StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new OperationException(OperationErrors.Invalid, $"the log names the file '{location}': expected one inside of the data directory", null);
    }
}

/// <summary>What <c>strata backup --json</c> prints and <c>backup.json</c> holds.</summary>
/// <param name="Position">Of the last event in it.</param>
/// <param name="Files">Copies and derived layers that its events name and that are in it.</param>
/// <param name="CopiedFiles">Those that were not in the folder before.</param>
/// <param name="References">Files that are only referenced: they stay where they are and are not in it.</param>
/// <param name="Missing">Files that events name and that the data directory does not have.</param>
internal sealed record BackupManifest(long Position, long Events, long Files, long Bytes, long CopiedFiles, long References, IReadOnlyList<string> Missing, long MadeAtNs, string Version)
{
    /// <summary>Files that its log names and that <c>strata gc</c> let go of while they were copied.</summary>
    public IReadOnlyList<string> LetGo { get; init; } = [];

    /// <summary>Files that its log names and says to be let go of.</summary>
    public long Released { get; init; }
}
