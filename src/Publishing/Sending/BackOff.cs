using Polly;
using Polly.Retry;

namespace Strata.Publishing;

/// <summary>
/// Rounds of sending that are held up are tried again with growing, jittered pauses, for days if need be. Pauses are measured by a clock that does not jump, and end early when
/// there is a reason to.
/// </summary>
internal sealed class BackOff
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>A link that is back is used within this time; asking more often for days would only cost the battery.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly ResiliencePipeline _pipeline;
    private CancellationTokenSource? _round;
    private HeldUpException? _pausing;
    private bool _atOnce;

    /// <param name="isEnough">Whether nobody needs another try.</param>
    public BackOff(TimeProvider time, Func<bool> isEnough, Action<string, TimeSpan> pausing)
    {
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<HeldUpException>(e => !e.AfterProgress && !isEnough()),
                MaxRetryAttempts = int.MaxValue,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = retry =>
                {
                    var heldUp = (HeldUpException)retry.Outcome.Exception!;
                    Pause(heldUp);
                    pausing(heldUp.Message, retry.RetryDelay);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Runs a round until it gets through, or got something through, or was told to begin anew.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> round, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_lock)
        {
            (_round, _pausing) = (ending, null);
        }

        try
        {
            await _pipeline.ExecuteAsync(
                async token =>
                {
                    Resume();
                    await round(token).ConfigureAwait(false);
                },
                ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The pause was cut short: the caller begins a round of its own.
            Resume();
        }
        catch (HeldUpException)
        {
            // Told by what the round did; the caller looks whether it is enough.
            Resume();
        }
        finally
        {
            lock (_lock)
            {
                _round = null;
            }
        }
    }

    /// <summary>Ends a pause that single recordings gave rise to: there are others now.</summary>
    public void Hurry() => EndPause(pausing => !pausing.IsLink);

    /// <summary>Ends any pause, or the one that would come next.</summary>
    public void HurryAnyway()
    {
        lock (_lock)
        {
            _atOnce = true;
        }

        EndPause(_ => true);
    }

    private void EndPause(Func<HeldUpException, bool> mayEnd)
    {
        lock (_lock)
        {
            if (_pausing is { } pausing && mayEnd(pausing))
            {
                _round?.Cancel();
            }
        }
    }

    private void Pause(HeldUpException heldUp)
    {
        lock (_lock)
        {
            _pausing = heldUp;
            if (_atOnce)
            {
                _round?.Cancel();
            }
        }
    }

    private void Resume()
    {
        lock (_lock)
        {
            (_pausing, _atOnce) = (null, false);
        }
    }
}
