using System.Data.Common;
using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Which faults pass by themselves, and what the others are called. Source: DESIGN rule 8.</summary>
internal static class Faults
{
    // .NET reports a full disk by the bare errno on Linux and macOS (ENOSPC, EDQUOT on each) and by the Win32 code on Windows.
    private const int NoSpace = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    public static bool IsTransient(Exception fault) => fault switch
    {
        RecordingMissingException or RecordingChangedException or LogDamagedException or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException => false,
        IOException or TimeoutException or UnauthorizedAccessException or DbException or OutOfMemoryException => true,
        _ => false,
    };

    /// <summary>Stores wrap what the platform says; the innermost knows.</summary>
    public static bool IsStorageFull(Exception? fault) =>
        fault is not null
        && (fault is LogStorageException { IsFull: true } || (fault is IOException && fault.HResult is NoSpace or LinuxQuota or MacQuota or WindowsDiskFull or WindowsHandleDiskFull) || IsStorageFull(fault.InnerException));

    /// <summary>Nothing moves until the storage is mended: it is no fault of one item, and the next one would meet it too.</summary>
    public static bool StandsStill(Exception fault) => fault is LogStorageException || IsOfForeignStore(fault) || IsStorageFull(fault);

    /// <summary>Only this process cannot keep what it makes: others that have the place of the log can, and are to have the work, as if it had never been tried here.</summary>
    public static bool IsOfForeignStore(Exception fault) => fault is RecordingStorageException { InnerException: ForeignStoreException };

    /// <summary>One of <see cref="FailureReasons"/> for a fault that will not pass.</summary>
    public static string ReasonOf(Exception fault) => fault switch
    {
        RecordingMissingException or FileNotFoundException or DirectoryNotFoundException => FailureReasons.RecordingMissing,
        RecordingChangedException => FailureReasons.RecordingChanged,
        RrdFormatException or ArrowFormatException or EndOfStreamException or InvalidDataException => FailureReasons.RecordingBroken,
        _ => FailureReasons.Unexpected,
    };
}
