using System.Runtime.InteropServices;

namespace Strata.Recordings;

/// <summary>Tells regular files from what only has a name: opening a named pipe waits for a writer, and a device may never end.</summary>
internal static class FileKinds
{
    private const int CurrentFolder = -100;
    private const int FollowLinks = 0;
    private const uint TypeOnly = 1;

    private const int TypeBits = 0xF000;
    private const int NamedPipe = 0x1000;
    private const int CharacterDevice = 0x2000;
    private const int BlockDevice = 0x6000;
    private const int Socket = 0xC000;

    /// <summary>Nothing is opened for the answer. Where the system offers no <c>statx</c>, every file passes for a regular one.</summary>
    /// <returns>Such as <c>a named pipe</c>; null for a regular file, a folder, or what is not there.</returns>
    public static string? SpecialKindOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return Statx(CurrentFolder, path, FollowLinks, TypeOnly, out var status) == 0 ? NameOf(status.Mode & TypeBits) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static string? NameOf(int type) => type switch
    {
        NamedPipe => "a named pipe",
        CharacterDevice => "a character device",
        BlockDevice => "a block device",
        Socket => "a socket",
        _ => null,
    };

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out Status status);

    /// <summary>The kernel's <c>struct statx</c>, which unlike <c>struct stat</c> is laid out alike on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
