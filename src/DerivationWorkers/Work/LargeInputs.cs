namespace Strata.DerivationWorkers;

/// <summary>What evaluations of large recordings ask of the garbage collector.</summary>
internal static class LargeInputs
{
    /// <summary>Below it a collection costs more than what it gives back.</summary>
    private const long LargeBytes = 16 << 20;

    /// <summary>
    /// Asks for a collection beside the work where an evaluation read much. Left alone, the collector lets arrays of this size add up, the more the longer
    /// it goes: a server that derives recordings of an hour one after another held twice as much (docs/benchmarks.md).
    /// </summary>
    public static void Forget(PreparedWork done)
    {
        if (done.Inputs.Sum(input => input.Layer.FileSizeBytes) >= LargeBytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    /// <summary>
    /// Once more where memory was short, after all that is no longer used was given back: the collector runs beside the work, and under a limit it may be
    /// behind by the one array that does not fit. What does not fit then either comes out as it is.
    /// </summary>
    public static T WithRoom<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OutOfMemoryException)
        {
            MakeRoom();
            return work();
        }
    }

    /// <inheritdoc cref="WithRoom"/>
    public static void MakeRoom() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
