namespace Strata.Publishing;

/// <summary>
/// Room that is kept for the day when the disk is full: without it SQLite cannot even open what is there, and nothing could be listed, given up or sent. It is given up when the
/// spool needs it, and made again when there is room.
/// </summary>
internal sealed class SpoolReserve(string folder, ISpoolDisk disk)
{
    /// <summary>SQLite's write-ahead log before it is folded in (<see cref="SpoolDatabase.PagesInLog"/> pages are 1 MiB), its index, and as much again for rows that grow.</summary>
    public const long SizeBytes = 2 << 20;

    /// <summary>It must not be what fills the disk.</summary>
    private const long LeftFreeBytes = 1 << 20;

    private readonly string _path = Path.Combine(folder, "reserve");

    /// <returns>Whether there is more room now.</returns>
    public bool GiveUp()
    {
        try
        {
            var had = File.Exists(_path);
            File.Delete(_path);
            return had;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Zeros are written: a file that only has a length has no room of its own.</summary>
    public void Keep()
    {
        try
        {
            if (new FileInfo(_path) is { Exists: true, Length: >= SizeBytes } || disk.FreeBytes(folder) < SizeBytes + LeftFreeBytes)
            {
                return;
            }

            using var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            file.Write(new byte[SizeBytes]);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else took the room meanwhile: half of it is of no use.
            GiveUp();
        }
    }
}
