namespace Strata.DerivationWorkers;

/// <summary>Bounds and times of a derivation worker. Source: DESIGN §4.5, rules 8 and 14.</summary>
/// <param name="Owner">Names this worker in claims; no two workers of one store share it.</param>
public sealed record WorkerOptions(string Owner)
{
    /// <summary>Derivations are computation; more of them at once than cores only costs memory.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>One page of the work list, one claim and at most one append: large enough that flushes to disk are shared, small enough that a batch settles within a second.</summary>
    public int BatchItems { get; init; } = 256;

    /// <summary>
    /// With so many at once a worker begins that has others beside it, so that they find work too; it takes more for as long as what it took is done within a second, up to
    /// <see cref="BatchItems"/>. The only one there is takes whole pages from the first.
    /// </summary>
    public int FirstBatchItems { get; init; } = int.MaxValue;

    /// <summary>Computed files that wait in memory for their flush; above it no further evaluation starts.</summary>
    public long BatchBytes { get; init; } = 64L << 20;

    /// <summary>How long a computed file waits for others to share its flush while more are being computed; when none is, nothing waits.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a claim holds unless renewed: after a crash its work lies idle for this long.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A claim that nobody has held for so long, of work that is not on the list any more, is forgotten. Read models that lag, and a worker that was stopped and goes on, are
    /// long over it by then.
    /// </summary>
    public TimeSpan ForgetClaimsAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often the whole work list is looked through for what no message announced.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After so many attempts without an answer a person has to look.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Retries in place of a transient fault; with <see cref="RetryMaxDelay"/> they end within 5 s, and what lasts longer becomes a due time.</summary>
    public int Retries { get; init; } = 4;

    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan RetryMaxDelay { get; init; } = TimeSpan.FromSeconds(1.2);

    /// <summary>Due times after the first, second, … postponement; the last one is kept from there on.</summary>
    public IReadOnlyList<TimeSpan> PostponeDelays { get; init; } =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    /// <summary>How long what is computed already may take to be registered when the worker is told to stop.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(5);
}
