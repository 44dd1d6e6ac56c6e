namespace Strata.Recordings;

/// <summary>Tells a disk without room from other troubles of it.</summary>
internal static class DiskFull
{
    // .NET reports it by the bare errno on Linux and macOS (ENOSPC, EDQUOT on each) and by the Win32 code on Windows.
    private const int NoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Stores wrap what the platform says; the innermost knows.</summary>
    public static bool IsCauseOf(Exception? fault) => fault is not null
        && ((fault is IOException && fault.HResult is NoSpace or LinuxQuota or MacQuota or WindowsDiskFull or WindowsHandleDiskFull) || IsCauseOf(fault.InnerException));

    /// <summary>Where the system tells how much is free, and it is less.</summary>
    public static bool IsAhead(string folder, long bytes)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace < bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Then writing shows it.
            return false;
        }
    }
}
