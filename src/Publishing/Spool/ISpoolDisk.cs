using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strata.Publishing;

/// <summary>What the spool asks of the file system.</summary>
internal interface ISpoolDisk
{
    /// <summary>Bytes of its own, which no writer of the source reaches. The file system is asked first to share the blocks until one of them changes.</summary>
    void Copy(string source, string target);

    /// <summary>Gives it its name, for good: bytes and folder are flushed.</summary>
    void Publish(string temporary, string target);

    long FreeBytes(string folder);
}

/// <summary>The file system of this machine.</summary>
internal sealed class SpoolDisk : ISpoolDisk
{
    private const int ReadOnly = 0;

    public void Copy(string source, string target) => File.Copy(source, target);

    public void Publish(string temporary, string target)
    {
        using (var file = File.OpenHandle(temporary, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            if (!OperatingSystem.IsWindows() && Flush(file) != 0)
            {
                throw new IOException($"cannot flush '{temporary}': {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }

        File.Move(temporary, target, overwrite: true);
        if (!OperatingSystem.IsWindows())
        {
            FlushFolder(Path.GetDirectoryName(target)!);
        }
    }

    public long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    private static void FlushFolder(string folder)
    {
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open the folder '{folder}' to flush it: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Flush(handle) != 0)
        {
            throw new IOException($"cannot flush the folder '{folder}': {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(SafeFileHandle file);
}
