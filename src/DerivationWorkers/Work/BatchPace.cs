namespace Strata.DerivationWorkers;

/// <summary>
/// How many items a worker claims at once. What is claimed and waits keeps other workers from it, and lies idle when the process dies; what is claimed one by one costs a
/// round trip each. So it is as much as gets done in about a second.
/// </summary>
internal sealed class BatchPace(WorkerOptions options)
{
    /// <summary>One is computed, the next one is there.</summary>
    private const int FewestPerThread = 2;

    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(3);

    private int _items = Math.Min(options.FirstBatchItems, options.BatchItems);

    public int Items => Volatile.Read(ref _items);

    /// <summary>One more or one less an item: over a whole batch that is twice as many, or none.</summary>
    /// <param name="held">From the claim until it was let go.</param>
    public void Done(TimeSpan held)
    {
        if (held < Quick && Items < options.BatchItems)
        {
            Interlocked.Increment(ref _items);
        }
        else if (held > Slow && options.FirstBatchItems < options.BatchItems && Items > FewestPerThread * options.Parallelism)
        {
            Interlocked.Decrement(ref _items);
        }
    }
}
