using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Strata.EventStore;

namespace Strata.Webhooks;

/// <summary>
/// Follows the log for one hook: at least once, in order of position, each message until its receiver has it or its time is over. A hook of its own waits for nobody's
/// receiver but its own.
/// </summary>
internal sealed class WebhookFollower
{
    private const int EventsPerPage = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>What no event announces is asked for so often.</summary>
    private static readonly TimeSpan SilenceEvery = TimeSpan.FromSeconds(30);

    private readonly Webhook _hook;
    private readonly IEventStore _events;
    private readonly ILeasedStates _states;
    private readonly Lease _lease;
    private readonly WebhookSender _sender;
    private readonly IRobotSilence? _silence;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WebhookMessages _messages;
    private readonly ResiliencePipeline<WebhookRefusal?> _retry;
    private WebhookState _state = WebhookState.At(0);

    public WebhookFollower(Webhook hook, Lease lease, IEventStore events, ILeasedStates states, WebhookSender sender, IRobotSilence? silence, TimeProvider time, ILogger logger)
    {
        (_hook, _lease, _events, _states, _sender, _silence, _time, _logger) = (hook, lease, events, states, sender, silence, time, logger);
        _messages = new(events);
        _retry = new ResiliencePipelineBuilder<WebhookRefusal?> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<WebhookRefusal?>
            {
                ShouldHandle = new PredicateBuilder<WebhookRefusal?>().HandleResult(refusal => refusal is { IsUnwanted: false, IsOver: false }),
                MaxRetryAttempts = int.MaxValue,
                Delay = FirstPause,
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    private long NowNs => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Until cancelled. A log that is away is waited for.</summary>
    /// <exception cref="LeaseLostException">Another process has taken over.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        var begun = false;
        while (true)
        {
            try
            {
                if (!begun)
                {
                    await BeginAsync(cancellationToken);
                    begun = true;
                }

                await StepAsync(cancellationToken);
                pause = FirstPause;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is LogStorageException or IOException or InvalidDataException or UnauthorizedAccessException)
            {
                _logger.LogWarning("webhook {Hook}: cannot go on from position {Position}: {Reason}; trying again in {Pause}", _hook.Name, _state.Position, e.Message, pause);
                await Task.Delay(pause, _time, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>A new hook begins at the end of the log: nobody wants to hear of what was long ago.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var head = await _events.HeadAsync(cancellationToken);
        if (await WebhookState.ReadAsync(_states, _hook.Name, cancellationToken) is { } state)
        {
            _state = state;
            if (state.Position > head)
            {
                _logger.LogWarning("webhook {Hook}: its position {Position} is behind the end of the log {Head}: another log lies there now; going on from its end", _hook.Name, state.Position, head);
                await SaveAsync(state with { Position = head }, cancellationToken);
            }

            return;
        }

        await SaveAsync(WebhookState.At(head), cancellationToken);
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        var page = await _events.ReadAsync(_state.Position, EventsPerPage, cancellationToken);
        foreach (var recorded in page.Events)
        {
            if (await _messages.OfAsync(recorded, _hook.Topics, cancellationToken) is { } message)
            {
                await DeliverAsync(message, cancellationToken);
            }

            _state = _state with { Position = recorded.Position };
        }

        await TellSilenceAsync(cancellationToken);
        if (!page.Events.IsEmpty)
        {
            await SaveAsync(_state with { Position = page.NextPosition }, cancellationToken);
            return;
        }

        await WaitAsync(cancellationToken);
    }

    private async Task TellSilenceAsync(CancellationToken cancellationToken)
    {
        if (_silence is null || !_hook.Topics.Contains(WebhookTopics.RobotSilent))
        {
            return;
        }

        foreach (var robot in await _silence.ReadAsync(cancellationToken))
        {
            if (_state.ToldSilent.GetValueOrDefault(robot.Robot) < robot.LastSeenNs)
            {
                await DeliverAsync(WebhookMessages.Of(robot), cancellationToken);
                await SaveAsync(_state with { ToldSilent = new Dictionary<string, long>(_state.ToldSilent) { [robot.Robot] = robot.LastSeenNs } }, cancellationToken);
            }
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var more = _events.WaitForEventsAsync(_state.Position, stop.Token);
        await Task.WhenAny(more, Task.Delay(SilenceEvery, _time, stop.Token));
        await stop.CancelAsync();
        try
        {
            await more;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing came: the silence of robots is looked at again.
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task DeliverAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        var refused = await _retry.ExecuteAsync(async token => await TryAsync(message, token), cancellationToken);
        if (refused is null)
        {
            WebhookMeasures.Count(_hook.Name, WebhookMeasures.Delivered);
            await SaveAsync(_state with { Position = message.Position ?? _state.Position, Delivered = _state.Delivered + 1, LastDeliveredAtNs = NowNs, FailingSinceNs = null, LastError = null }, cancellationToken);
            return;
        }

        WebhookMeasures.Count(_hook.Name, WebhookMeasures.GivenUp);
        var after = refused.IsUnwanted ? "at once" : $"after {_hook.GiveUpAfter}";
        _logger.LogError("webhook {Hook}: message {Id} ({Topic}, position {Position}) is given up {After}: {Reason}", _hook.Name, message.Id, message.Topic, message.Position, after, refused.Words);
        await SaveAsync(_state with { Position = message.Position ?? _state.Position, GivenUp = _state.GivenUp + 1, LastError = $"{message.Id} was given up: {refused.Words}" }, cancellationToken);
    }

    /// <summary>One attempt.</summary>
    /// <returns>A final refusal when the message's time is over.</returns>
    private async Task<WebhookRefusal?> TryAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        if (await _sender.SendAsync(_hook, message, cancellationToken) is not { } refusal)
        {
            return null;
        }

        WebhookMeasures.Count(_hook.Name, WebhookMeasures.Failed);
        if (refusal.IsUnwanted)
        {
            return refusal;
        }

        if (_state.FailingSinceNs is null)
        {
            _logger.LogWarning("webhook {Hook}: {Host} does not take message {Id}: {Reason}; trying again for up to {GiveUpAfter}", _hook.Name, _hook.Url.Host, message.Id, refusal.Words, _hook.GiveUpAfter);
        }

        await SaveAsync(_state with { FailingSinceNs = _state.FailingSinceNs ?? NowNs, LastError = refusal.Words }, cancellationToken);

        // Counted from when it happened, or the receiver began to refuse: behind a receiver that is away for good each message would wait as long again.
        var since = Math.Max(message.AtNs, _state.FailingSinceNs!.Value);
        return TimeSpan.FromTicks((NowNs - since) / TimeSpan.NanosecondsPerTick) >= _hook.GiveUpAfter ? refusal with { IsOver = true } : refusal;
    }

    private async Task SaveAsync(WebhookState state, CancellationToken cancellationToken)
    {
        _state = state;
        if (!await _states.WriteStateAsync(_lease, state.ToJson(), cancellationToken))
        {
            throw new LeaseLostException(_lease.Name);
        }
    }
}
