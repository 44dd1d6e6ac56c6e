using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strata.Recordings;

/// <summary>The file system of this machine.</summary>
internal sealed class LocalDisk : IDisk
{
    private const int ReadOnly = 0;

    public Stream Create(string path) => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Copy(string source, string target) => File.Copy(source, target);

    public void CreateFolder(string folder) => Directory.CreateDirectory(folder);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void FlushFile(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(handle);
    }

    public void FlushFolder(string folder) => FlushOpened(folder, Flush);

    public void FlushFileSystem(string folder) => FlushOpened(folder, FlushAll);

    private static void FlushOpened(string folder, Func<SafeFileHandle, int> flush)
    {
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open the folder '{folder}' to flush it: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (flush(handle) != 0)
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

    [DllImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FlushAll(SafeFileHandle file);
}
