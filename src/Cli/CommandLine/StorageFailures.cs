using Strata.EventStore;
using Strata.Projections.Storage;

namespace Strata.Cli;

/// <summary>Failures that end when somebody makes room: trying again, or looking at the details, is of no use before.</summary>
internal static class StorageFailures
{
    // .NET reports a full disk by the bare errno on Linux and macOS (ENOSPC) and by the Win32 code on Windows.
    private const int NoSpace = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whose disk is full where it is not that of the data directory; null where it is, or nobody said.</summary>
    public static string? DiskOf(Exception? failure) => failure is null or LogStorageException { DiskOf: not null } ? (failure as LogStorageException)?.DiskOf : DiskOf(failure.InnerException);

    public static bool IsFull(Exception? failure) => failure switch
    {
        null => false,
        LogStorageException log => log.IsFull,
        ReadModelStorageException tables => tables.IsFull,
        IOException { HResult: NoSpace or WindowsDiskFull } => true,
        _ => IsFull(failure.InnerException),
    };
}
