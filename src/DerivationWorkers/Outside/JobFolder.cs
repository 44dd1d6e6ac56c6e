using System.Buffers;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// The working directory of one job: copies of its inputs, so that the kept files are out of a deriver's reach, and its answer. Removed when the job is over; what a
/// process leaves that dies meanwhile is removed by the next one, with the processes that still run for it.
/// </summary>
internal sealed class JobFolder : IDisposable
{
    public const string JobFile = "job.json";
    public const string AnswerFile = "answer.rrd";
    private const string InputsFolder = "inputs";
    private const string ScratchFolder = "tmp";

    private const int CopyBytes = 1 << 20;

    private JobFolder(string path) => Path = path;

    /// <summary>Absolute.</summary>
    public string Path { get; }

    public string Scratch => System.IO.Path.Combine(Path, ScratchFolder);

    public string Answer => System.IO.Path.Combine(Path, AnswerFile);

    public string Job => System.IO.Path.Combine(Path, JobFile);

    public static JobFolder Create(string root)
    {
        var folder = new JobFolder(System.IO.Path.Combine(System.IO.Path.GetFullPath(root), Guid.NewGuid().ToString("N")));
        Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, InputsFolder));
        Directory.CreateDirectory(folder.Scratch);
        return folder;
    }

    /// <summary>Ends what runs for jobs of a process that is gone, and removes their folders. Only for who knows that nobody else uses <paramref name="root"/>.</summary>
    public static void Sweep(string root)
    {
        if (!Directory.Exists(root))
        {
            return;
        }

        foreach (var left in Directory.EnumerateDirectories(root))
        {
            ProcessFamily.KillAllOf(left);
            Remove(left);
        }
    }

    /// <returns>Where the copy lies.</returns>
    public async Task<string> CopyAsync(int ordinal, IRandomAccessBytes bytes, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(Path, InputsFolder, FormattableString.Invariant($"{ordinal}.rrd"));
        using var buffer = MemoryPool<byte>.Shared.Rent(CopyBytes);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            for (var offset = 0L; offset < bytes.Length;)
            {
                var read = await bytes.ReadIntoAsync(offset, buffer.Memory[..(int)Math.Min(CopyBytes, bytes.Length - offset)], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new EndOfStreamException($"the recording ends at byte {offset}, expected {bytes.Length}");
                }

                await file.WriteAsync(buffer.Memory[..read], cancellationToken).ConfigureAwait(false);
                offset += read;
            }
        }

        return path;
    }

    /// <summary>What is in it but its inputs, which are not the deriver's.</summary>
    public long WrittenBytes()
    {
        var bytes = 0L;
        try
        {
            foreach (var file in new DirectoryInfo(Path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            {
                bytes += file.Directory?.Name == InputsFolder ? 0 : file.Length;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It comes and goes while it is looked at; the next look sees it.
        }

        return bytes;
    }

    public void Dispose() => Remove(Path);

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder without rights in it, for instance: the next process tries again, and says nothing of it each time.
        }
    }
}
