using System.Runtime.InteropServices;

namespace Strata.Publishing;

/// <summary>Which file a path names, and how it stands. Where two looks differ, somebody wrote into it or put another one there in between.</summary>
/// <param name="Inode">With <paramref name="Device"/> the file itself, whatever its name; both 0 where the system offers no <c>statx</c>.</param>
internal readonly record struct SourceLook(FileStamp Stamp, ulong Inode, ulong Device)
{
    private const int CurrentFolder = -100;
    private const int FollowLinks = 0;
    private const uint InodeOnly = 0x100;

    /// <returns>Null when there is no such file.</returns>
    public static SourceLook? At(string path)
    {
        if (FileStamp.Of(path) is not { } stamp)
        {
            return null;
        }

        try
        {
            return OperatingSystem.IsLinux() && Statx(CurrentFolder, path, FollowLinks, InodeOnly, out var status) == 0
                ? new(stamp, status.Inode, ((ulong)status.DeviceMajor << 32) | status.DeviceMinor)
                : new(stamp, 0, 0);
        }
        catch (EntryPointNotFoundException)
        {
            return new(stamp, 0, 0);
        }
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out Status status);

    /// <summary>The kernel's <c>struct statx</c>, which unlike <c>struct stat</c> is laid out alike on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
