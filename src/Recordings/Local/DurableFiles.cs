using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strata.Recordings;

/// <summary>Flushes files and folders to disk, so that a name never survives a power cut without its bytes. Source: DESIGN rule 15.</summary>
internal static class DurableFiles
{
    /// <summary>Flushes wait for the disk and not for the processor: this many overlap well without exhausting the thread pool.</summary>
    private const int ParallelFlushes = 16;

    public static Task FlushAllAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        paths,
        new ParallelOptions { MaxDegreeOfParallelism = ParallelFlushes, CancellationToken = cancellationToken },
        static (path, _) =>
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(handle);
            return ValueTask.CompletedTask;
        });

    /// <summary>Makes renames into a folder durable. On Windows the file system journals them itself, and folders cannot be opened for it.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

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

    private const int ReadOnly = 0;

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(SafeFileHandle file);
}
