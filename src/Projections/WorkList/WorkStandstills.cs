namespace Strata.Projections;

/// <summary>
/// Where workers tell that the work list does not get shorter until a person has mended the storage, and where those who wait for it hear that:
/// a wait for work that waits for the disk would not end. Source: DESIGN rule 10.
/// </summary>
public sealed class WorkStandstills
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _reason = "";

    /// <summary>How often work has stood still. Who is about to cause work notes it first: what was told before is not about that work.</summary>
    public long Told { get; private set; }

    /// <param name="reason">What the storage refused, and what to do.</param>
    public void Tell(string reason)
    {
        lock (_gate)
        {
            (Told, _reason) = (Told + 1, reason);
            _next.SetResult();
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The reason told last, as soon as more have been told than <paramref name="told"/>.</summary>
    public async Task<string> AfterAsync(long told, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (Told > told)
                {
                    return _reason;
                }

                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
