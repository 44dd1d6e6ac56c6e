using System.Collections.Concurrent;

namespace Strata.Bench;

/// <summary>
/// Stays until the end of all measurements: for minutes after thousands of files were deleted ext4 walks over their inodes at each file that is created
/// (more than half of the CPU time of registering copies), and no fleet deletes what it has just registered.
/// </summary>
internal sealed class TemporaryFolder
{
    private static readonly ConcurrentBag<string> Made = [];

    public TemporaryFolder() => Made.Add(Path);

    public string Path { get; } = Directory.CreateTempSubdirectory("strata-bench-").FullName;

    public static void DeleteAll()
    {
        while (Made.TryTake(out var path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
