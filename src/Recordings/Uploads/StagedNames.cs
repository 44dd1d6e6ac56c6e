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
    /// <param name="home">The folder that <c>recordings/</c> stands for.</param>
    public IAsyncEnumerable<StoredFile> ListDanglingAsync(string home, Func<Sha256Digest, CancellationToken, ValueTask<bool>> isThere) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles($"*{Extension}").ToAsyncEnumerable()
            .Where(async (f, token) => !await HoldsAsync(f, isThere, token)).Select(f => StoredFile.Of(f, home, location: null))
        : AsyncEnumerable.Empty<StoredFile>();

    /// <returns>True also for what is not ours to judge.</returns>
    private static async ValueTask<bool> HoldsAsync(FileInfo file, Func<Sha256Digest, CancellationToken, ValueTask<bool>> isThere, CancellationToken cancellationToken)
    {
        StagedName? name;
        try
        {
            name = file.Length > MostBytes ? null : StagedName.Read(file.FullName);
        }
        catch (IOException)
        {
            return true;
        }

        return name is null || await isThere(name.Sha256, cancellationToken);
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
