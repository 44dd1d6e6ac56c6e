namespace Strata.DerivationWorkers;

/// <summary>What an evaluation of a large recording leaves to the garbage collector.</summary>
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
}
