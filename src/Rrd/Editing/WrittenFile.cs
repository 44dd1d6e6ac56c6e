namespace Strata.Rrd.Editing;

/// <summary>A file that appears under its name only when all of it is written and on the disk; what fails leaves nothing.</summary>
public static class WrittenFile
{
    private const string Unfinished = ".part";

    /// <param name="write">Fills the file.</param>
    public static Task<T> CreateAsync<T>(string path, Func<Stream, Task<T>> write, CancellationToken cancellationToken) =>
        CreateAsync(path, write, unfinished => File.Move(unfinished, path, overwrite: true), cancellationToken);

    /// <summary>As <see cref="CreateAsync{T}(string, Func{Stream, Task{T}}, CancellationToken)"/>, over a file that is kept under another name.</summary>
    public static Task<T> ReplaceAsync<T>(string path, string backup, Func<Stream, Task<T>> write, CancellationToken cancellationToken) =>
        CreateAsync(path, write, unfinished => File.Replace(unfinished, path, backup), cancellationToken);

    private static async Task<T> CreateAsync<T>(string path, Func<Stream, Task<T>> write, Action<string> finish, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        // Not one name for all: two that write the same file at once must not write into each other's.
        var unfinished = $"{path}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            T result;
            await using (var file = new DurableFile(unfinished))
            {
                result = await write(file).ConfigureAwait(false);
                await file.FinishAsync().ConfigureAwait(false);
            }
            cancellationToken.ThrowIfCancellationRequested();
            finish(unfinished);
            return result;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
