using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>Gives an item a due time and wakes the worker when the first one is reached; the sweep finds the others. Source: DESIGN rule 8.</summary>
internal sealed class Postponement(IWorkClaims claims, WakeSignal wake, TransientRetry retry, WorkerOptions options, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private DateTimeOffset _due = DateTimeOffset.MaxValue;

    public async Task PostponeAsync(EvaluationResult.Postponed result, CancellationToken cancellationToken)
    {
        var claim = result.Claimed.Claim;
        var delay = options.PostponeDelays[Math.Min(claim.Attempt, options.PostponeDelays.Count) - 1];
        var reason = PostponedReason.Of(result.Kind, result.Detail, claim.Attempt);
        await retry.RunAsync(token => claims.PostponeAsync(claim, delay, reason, token), cancellationToken).ConfigureAwait(false);
        WakeAfter(delay);
    }

    public void Dispose() => _timer?.Dispose();

    private void WakeAfter(TimeSpan delay)
    {
        lock (_gate)
        {
            var due = time.GetUtcNow() + delay;
            if (due >= _due)
            {
                return;
            }

            _due = due;
            _timer?.Dispose();
            _timer = time.CreateTimer(_ => Ring(), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void Ring()
    {
        lock (_gate)
        {
            _due = DateTimeOffset.MaxValue;
        }

        wake.Set();
    }
}
