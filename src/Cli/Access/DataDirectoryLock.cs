using Strata.Web;

namespace Strata.Cli;

/// <summary>An OS lock on a data directory: the kernel gives it up when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <returns>The lock, or null while another process holds it.</returns>
    /// <exception cref="OperationException">The folder cannot be made or written.</exception>
    public static DataDirectoryLock? TryTake(DataDirectory data)
    {
        try
        {
            Directory.CreateDirectory(data.Path);
            return new(new FileStream(data.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(data.LockFile))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !StorageFailures.IsFull(e))
        {
            throw new OperationException(
                OperationErrors.StorageRefused, $"expected a data directory that can be written, found {data.Path}, which cannot be ({e.Message.TrimEnd('.')})", "give this user write access to it, or name another folder with --data");
        }
    }

    /// <exception cref="OperationException">Another process holds it, or the folder cannot be written.</exception>
    public static DataDirectoryLock Take(DataDirectory data) =>
        TryTake(data) ?? throw new OperationException(OperationErrors.Conflict, HolderWords(data), "stop it, or name a new folder with --data");

    public void Dispose() => _file.Dispose();

    private static string HolderWords(DataDirectory data) => RunningServer.Read(data) is { } server
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"another process works in {data.Path}: the server at {server.Url} (process {server.ProcessId})")
        : $"another process works in {data.Path}";
}
