using System.Globalization;
using Strata.Projections.Folding;

namespace Strata.Projections.Storage;

/// <summary>
/// The folder of a projection's generations and the pointer that names the live one. The pointer is written beside, synced and renamed: a reader finds the old or the new name,
/// never half of one. Should a power cut take the rename back, the old generation is still there, since it is kept until the next swap.
/// </summary>
internal sealed class GenerationFiles(string dataDirectory, Projection projection)
{
    private const string Prefix = "generation-";
    private const string Suffix = ".db";

    /// <summary>Of a pointer that is none: enough to recognise what overwrote it.</summary>
    private const int MostQuoted = 40;

    private static readonly string[] Sides = ["", "-wal", "-shm", "-journal"];

    private readonly string _folder = Path.Combine(dataDirectory, "readmodels", projection.Folder);

    public Projection Projection => projection;

    public string Folder => _folder;

    private string PointerPath => Path.Combine(_folder, "current");

    private string IdPath => Path.Combine(_folder, "id");

    /// <summary>Where a replay lies that is only compared. Outside of the folder, in which comparing changes nothing.</summary>
    public string ComparisonPath { get; } = Path.Combine(dataDirectory, projection.Folder.Length == 0 ? "verify.db" : $"verify-{projection.Folder}.db");

    public void CreateFolder() => Directory.CreateDirectory(_folder);

    public string PathOf(int number) => Path.Combine(_folder, $"{Prefix}{number.ToString(CultureInfo.InvariantCulture)}{Suffix}");

    /// <returns>Number of the live generation, or null when there is none yet.</returns>
    public int? ReadPointer()
    {
        if (!File.Exists(PointerPath))
        {
            return null;
        }

        var text = File.ReadAllText(PointerPath).Trim();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ReadModelStorageException(
                $"{PointerPath}: expected the number of a generation, found '{Quoted(text)}'; delete the folder {_folder} and start again: it is rebuilt from the log");
    }

    /// <summary>Whatever stands there, on one line of readable length.</summary>
    private static string Quoted(string text) =>
        string.Concat((text.Length > MostQuoted ? text[..MostQuoted] + "…" : text).Select(c => char.IsControl(c) ? '�' : c));

    public void WritePointer(int number)
    {
        var temporary = PointerPath + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, PointerPath, overwrite: true);
    }

    public bool Exists(int number) => File.Exists(PathOf(number));

    /// <summary>With all that SQLite keeps beside it.</summary>
    public long SizeOf(int number) => Sides.Select(side => new FileInfo(PathOf(number) + side)).Where(file => file.Exists).Sum(file => file.Length);

    /// <returns>Up to where it is folded; null where this program cannot tell.</returns>
    public long? PositionOf(int number)
    {
        try
        {
            using var generation = Generation.Open(projection, PathOf(number), number);
            return generation.ReadCheckpoint().Position;
        }
        catch (ReadModelStorageException exception) when (!exception.IsTransient)
        {
            return null;
        }
    }

    public void Delete(int number) => Delete(PathOf(number));

    public static void Delete(string path)
    {
        foreach (var side in Sides)
        {
            File.Delete(path + side);
        }
    }

    /// <returns>What tells this folder from every other one; made at the first question.</returns>
    public string ReadId()
    {
        if (!File.Exists(IdPath))
        {
            var temporary = IdPath + ".new";
#pragma warning disable RS0030 // two folders must not have one name: it tells who may write, and no row depends on it
            File.WriteAllText(temporary, Guid.NewGuid().ToString("N"));
#pragma warning restore RS0030
            File.Move(temporary, IdPath, overwrite: true);
        }

        return File.ReadAllText(IdPath).Trim();
    }

    /// <summary>One that neither a file nor the pointer has.</summary>
    public int NextNumber() => Math.Max(ReadPointer() ?? 0, Numbers() is [.., var last] ? last : 0) + 1;

    public IReadOnlyList<int> Numbers() =>
    [
        .. Directory.EnumerateFiles(_folder, Prefix + "*" + Suffix)
            .Select(path => Path.GetFileNameWithoutExtension(path)[Prefix.Length..])
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name, CultureInfo.InvariantCulture))
            .Order(),
    ];
}
