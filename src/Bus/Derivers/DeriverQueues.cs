using System.Collections.Concurrent;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>
/// Asks workers at queues of RabbitMQ, all over one connection that is made with the first question, and again after it broke. Makes no queue: those are the workers'.
/// </summary>
public sealed class DeriverQueues(Uri broker, TimeProvider time) : IDeriverQueues, IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly ConcurrentDictionary<string, QueueLine> _lines = new(StringComparer.Ordinal);
    private QuestionLink? _link;

    private string Address => $"{broker.Host}:{broker.Port}";

    public async Task<IDisposable> TakeTurnAsync(string queue, CancellationToken cancellationToken) =>
        await _lines.GetOrAdd(queue, _ => new(time)).TakeTurnAsync(
            () => OverLinkAsync(async link => await link.CountAsync(queue, cancellationToken) is { Workers: > 0 } count ? count : throw Nobody(queue), cancellationToken),
            cancellationToken);

    public async Task<bool> IsServedAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return await OverLinkAsync(async link => await link.CountAsync(queue, cancellationToken) is { Workers: > 0 }, cancellationToken);
        }
        catch (DeriverQueueException)
        {
            return false;
        }
    }

    public Task<QueuedAnswer> AskAsync(QueuedJob job, Action taken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return OverLinkAsync(
            async link =>
            {
                try
                {
                    return await link.AskAsync(job, taken, cancellationToken);
                }
                catch (PublishException e) when (e.IsReturn)
                {
                    throw Nobody(job.Queue);
                }
            },
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_link is { } link)
        {
            await link.DisposeAsync();
        }

        foreach (var line in _lines.Values)
        {
            line.Dispose();
        }

        _opening.Dispose();
    }

    private DeriverQueueException Nobody(string queue) =>
        new($"nobody takes jobs from the queue '{queue}' of the broker at {Address}; start its worker, which declares the queue and consumes from it");

    private async Task<T> OverLinkAsync<T>(Func<QuestionLink, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(await LinkAsync(cancellationToken));
        }
        catch (Exception e) when (e is PublishException or BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or IOException or TimeoutException or ObjectDisposedException)
        {
            throw new DeriverQueueException($"the broker at {Address} could not be asked, or the connection broke before an answer came ({BrokerFailures.ReasonOf(e)})", e);
        }
    }

    private async Task<QuestionLink> LinkAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_link is { IsOpen: true } open)
            {
                return open;
            }

            if (_link is { } broken)
            {
                _link = null;
                await broken.DisposeAsync();
            }

            return _link = await QuestionLink.OpenAsync(broker, time, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }
}
