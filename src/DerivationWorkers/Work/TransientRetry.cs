using Polly;
using Polly.Retry;

namespace Strata.DerivationWorkers;

/// <summary>Tries again in place, with jittered back-off, what may pass within seconds; beyond that the fault comes out and the caller postpones.</summary>
internal sealed class TransientRetry(WorkerOptions options, TimeProvider time)
{
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(fault => Faults.IsTransient(fault) && !Faults.IsStorageFull(fault) && !Faults.IsOfForeignStore(fault)),
            MaxRetryAttempts = options.Retries,
            Delay = options.RetryDelay,
            MaxDelay = options.RetryMaxDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = attempt =>
            {
                if (attempt.Outcome.Exception is OutOfMemoryException)
                {
                    LargeInputs.MakeRoom();
                }

                return default;
            },
        })
        .Build();

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(static async (work, token) => await work(token).ConfigureAwait(false), attempt, cancellationToken).ConfigureAwait(false);

    public async Task RunAsync(Func<CancellationToken, Task> attempt, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(static async (work, token) => await work(token).ConfigureAwait(false), attempt, cancellationToken).ConfigureAwait(false);
}
