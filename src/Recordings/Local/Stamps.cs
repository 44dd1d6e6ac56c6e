namespace Strata.Recordings;

/// <summary>Size and time of local files.</summary>
internal static class Stamps
{
    private const long NanosecondsPerTick = 100;

    /// <returns>Null when there is no such file (or it is a folder).</returns>
    public static SourceStamp? TryOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new(file.Length, UnixNanoseconds(file.LastWriteTimeUtc)) : null;
    }

    public static long UnixNanoseconds(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;

    public static DateTime ToTime(long ns) => DateTime.UnixEpoch.AddTicks(ns / NanosecondsPerTick);
}
