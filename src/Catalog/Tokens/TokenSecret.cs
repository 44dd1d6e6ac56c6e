using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strata.Catalog.Tokens;

/// <summary>
/// The key that signs and checks tokens: 32 random bytes in hexadecimal, readable by its owner only. Whoever deletes the file makes every token worthless. Several processes
/// may share it, and start at once where there is none yet.
/// </summary>
public static class TokenSecret
{
    /// <summary>As many bits as HMAC-SHA-256 gives.</summary>
    private const int Bytes = 32;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="InvalidOperationException">The file is open to others, or holds something else.</exception>
    public static byte[] LoadOrCreate(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            Create(path);
        }

        return Load(path);
    }

    private static byte[] Load(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & ~OwnerOnly) != 0)
        {
            throw new InvalidOperationException(
                $"{path}: expected that only its owner may read it, found mode {Convert.ToString((int)mode, 8)}; chmod 600 it, or delete it and make new tokens");
        }

        var text = File.ReadAllText(path).Trim();
        return text.Length == 2 * Bytes && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new InvalidOperationException($"{path}: expected {2 * Bytes} hexadecimal digits, found {text.Length} characters; delete it and make new tokens");
    }

    /// <summary>Whole or not at all; of two that create it at once the first one wins.</summary>
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new FileStream(temporary, options))
            using (var writer = new StreamWriter(file))
            {
                writer.WriteLine(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));
                writer.Flush();
                file.Flush(flushToDisk: true);
            }

            Name(temporary, path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else was first.
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Only one of many gets the name: on Unix .NET's move looks whether it is free and takes it a moment later. A file system without links has but that.</summary>
    private static void Name(string temporary, string path)
    {
        if (OperatingSystem.IsWindows() || (Link(temporary, path) != 0 && !File.Exists(path)))
        {
            File.Move(temporary, path, overwrite: false);
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string source, [MarshalAs(UnmanagedType.LPUTF8Str)] string target);
}
