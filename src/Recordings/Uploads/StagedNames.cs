using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Which bytes lie under which key: a small file a key, named by the key's hash, since a key may hold what a file name may not.</summary>
/// <param name="folder">Absolute.</param>
internal sealed class StagedNames(string folder, IDisk disk)
{
    private const string Extension = ".staged";

    /// <summary>A key has 1,024 bytes at most, and an owner's name not many more.</summary>
    private const int MostBytes = 64 << 10;

    public StagedName? Find(string key)
    {
        var path = PathOf(key);
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= MostBytes } ? StagedName.Read(path) : null;
        }
        catch (FileNotFoundException)
        {
            // Collected just now.
            return null;
        }
    }

    /// <param name="replaces">Under the key lies a name whose bytes are gone.</param>
    /// <returns>False when the key is taken.</returns>
    public bool TryAdd(StagedName name, bool replaces)
    {
        Directory.CreateDirectory(folder);
        var (path, temporary) = (PathOf(name.Key), Path.Combine(folder, $"{Guid.CreateVersion7():N}.part"));
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            file.Write(name.ToBytes());
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(temporary, path, overwrite: replaces);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }

        if (!OperatingSystem.IsWindows())
        {
            disk.FlushFolder(folder);
        }

        return true;
    }

    /// <summary>Names whose bytes are not in the store any more, for gc.</summary>
    public IEnumerable<StoredFile> ListDangling(string root, Func<Sha256Digest, bool> isThere) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles($"*{Extension}").Where(f => !Holds(f, isThere)).Select(f => StoredFile.Of(f, root, location: null))
        : [];

    /// <returns>True also for what is not ours to judge.</returns>
    private static bool Holds(FileInfo file, Func<Sha256Digest, bool> isThere)
    {
        try
        {
            return file.Length > MostBytes || StagedName.Read(file.FullName) is not { } name || isThere(name.Sha256);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private string PathOf(string key) => Path.Combine(folder, Sha256Digest.Of(Encoding.UTF8.GetBytes(key)) + Extension);
}

/// <param name="Sha256">Of the bytes.</param>
/// <param name="Owner">See <see cref="StagedFile"/>.</param>
internal sealed record StagedName(string Key, Sha256Digest Sha256, string? Owner)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(new StagedNameForm(Key, Sha256.Value, Owner), StagedNameJson.Default.StagedNameForm);

    /// <returns>Null when the file was not written by this store.</returns>
    public static StagedName? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), StagedNameJson.Default.StagedNameForm) is { Key: { } key, Sha256: { } sha256 } form
                ? new(key, Sha256Digest.Parse(sha256), form.Owner)
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}

internal sealed record StagedNameForm(string? Key, string? Sha256, string? Owner);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StagedNameForm))]
internal sealed partial class StagedNameJson : JsonSerializerContext;
