using System.Buffers;
using System.Globalization;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>
/// Files that are not whole yet. Each has a name that no other file ever gets (<c>SHA-256.random.part</c>, or <c>random.part</c> where the hash is not known before), and
/// whoever goes on with one gives it a new name first: so a name always means the file that was opened under it, whoever else tries the same.
/// </summary>
/// <param name="folder">Absolute.</param>
public sealed class HalfUploads(string folder)
{
    private const string Extension = ".part";
    private const string RandomForm = "N";
    private const int HashDigits = 64;
    private const int RandomDigits = 32;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>Begins a file.</summary>
    /// <param name="sha256">Null where the sender does not know it; then nobody can go on with it.</param>
    internal HalfUpload Begin(Sha256Digest? sha256)
    {
        Directory.CreateDirectory(folder);
        var path = NewPath(null);
        var half = new HalfUpload(path, new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        if (sha256 is not null)
        {
            // Between creating and locking a file anybody could take it who looks for that hash: it gets the name when it is locked.
            half.Rename(NewPath(sha256));
        }

        return half;
    }

    /// <summary>Goes on with a file behind its first <paramref name="offset"/> bytes; what it holds beyond them is dropped.</summary>
    /// <returns>Null when none is that long, or all that are belong to somebody who writes them.</returns>
    internal HalfUpload? TryTake(Sha256Digest sha256, long offset) =>
        Of(sha256).Where(f => f.Length >= offset).Select(f => TryTake(f, sha256, offset)).FirstOrDefault(taken => taken is not null);

    internal long LongestOf(Sha256Digest sha256) => Of(sha256).FirstOrDefault()?.Length ?? 0;

    /// <summary>Those of a file that has become whole; what somebody still writes stays until that one sees it.</summary>
    internal void Forget(Sha256Digest sha256)
    {
        while (TryTake(sha256, 0) is { } left)
        {
            left.Discard();
        }
    }

    /// <summary>What lies here, for gc: nobody names any of it.</summary>
    /// <param name="home">The folder that <c>recordings/</c> stands for.</param>
    internal IEnumerable<StoredFile> List(string home) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles($"*{Extension}").Where(f => IsOurs(f.Name) && f.Exists).Select(f => StoredFile.Of(f, home, location: null))
        : [];

    /// <summary>A name under which nobody looks for something to go on with.</summary>
    internal string NewPath(Sha256Digest? sha256)
    {
        var random = Guid.CreateVersion7().ToString(RandomForm, CultureInfo.InvariantCulture);
        return Path.Combine(folder, (sha256 is { } hash ? $"{hash}.{random}" : random) + Extension);
    }

    private static bool IsOurs(string name)
    {
        var stem = name.AsSpan(0, name.Length - Extension.Length);
        if (stem.Length == HashDigits + 1 + RandomDigits && stem[HashDigits] == '.' && !stem[..HashDigits].ContainsAnyExcept(LowerHex))
        {
            stem = stem[(HashDigits + 1)..];
        }

        return Guid.TryParseExact(stem, RandomForm, out _);
    }

    /// <summary>The longest first. Whoever takes one gives it another name at any time: asked once, a file info keeps what it saw.</summary>
    private IEnumerable<FileInfo> Of(Sha256Digest sha256) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles($"{sha256}.*{Extension}").Where(f => IsOurs(f.Name) && f.Exists).OrderByDescending(f => f.Length).ThenBy(f => f.Name, StringComparer.Ordinal)
        : [];

    private HalfUpload? TryTake(FileInfo file, Sha256Digest sha256, long offset)
    {
        FileStream? opened = null;
        try
        {
            opened = new(file.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            var path = NewPath(sha256);

            // One step of the kernel: a move that must not overwrite is a link first, and a crash would leave the file with two names.
            File.Move(file.FullName, path, overwrite: true);

            // It is ours now, and only now may it be changed.
            if (opened.Length >= offset)
            {
                opened.SetLength(offset);
                opened.Position = offset;
                return new(path, opened);
            }
        }
        catch (IOException)
        {
            // Somebody writes it, was faster, or has finished it.
        }

        opened?.Dispose();
        return null;
    }
}

/// <summary>A file that is being received. While it is open nobody else can take it.</summary>
internal sealed class HalfUpload(string path, FileStream content) : IDisposable
{
    public string Path { get; private set; } = path;

    public FileStream Content { get; } = content;

    /// <summary>Takes it out of the sight of those who look for something to go on with, and closes it.</summary>
    public void Finish(string under)
    {
        Rename(under);
        Content.Dispose();
    }

    public void Rename(string under)
    {
        File.Move(Path, under, overwrite: true);
        Path = under;
    }

    public void Discard()
    {
        File.Delete(Path);
        Content.Dispose();
    }

    /// <summary>It stays, for who comes back.</summary>
    public void Dispose() => Content.Dispose();
}
