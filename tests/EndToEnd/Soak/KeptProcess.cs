using System.Collections.Concurrent;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>A process that is started again whenever it ends, as <c>restart: unless-stopped</c> has it.</summary>
internal sealed class KeptProcess : IAsyncDisposable
{
    private static readonly TimeSpan BeforeNextStart = TimeSpan.FromMilliseconds(300);

    private readonly Func<Task<StrataServerProcess>> _start;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _endedByItself = new();
    private readonly TaskCompletionSource _firstStart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _keeping;
    private volatile StrataServerProcess? _running;
    private volatile StrataServerProcess? _killed;

    public KeptProcess(string service, string instance, Func<Task<StrataServerProcess>> start)
    {
        (Service, Instance, _start) = (service, instance, start);
        _keeping = KeepAsync();
    }

    public string Service { get; }

    public string Instance { get; }

    /// <summary>Null while it is being started.</summary>
    public StrataServerProcess? Running => _running;

    /// <summary>Its last words whenever it ended though nobody had killed it.</summary>
    public IReadOnlyCollection<string> EndedByItself => _endedByItself;

    public Task StartedAsync() => _firstStart.Task;

    public async Task<StrataServerProcess> RunningAsync()
    {
        while (true)
        {
            if (_running is { } process)
            {
                return process;
            }

            await Task.Delay(BeforeNextStart, TestContext.Current.CancellationToken);
        }
    }

    /// <returns>False when it is being started just now.</returns>
    public async Task<bool> KillAsync()
    {
        if (_running is not { } process)
        {
            return false;
        }

        (_killed, _running) = (process, null);
        await process.SignalAsync("KILL");
        return true;
    }

    /// <summary>As a service manager stops it, for good.</summary>
    /// <returns>The exit code, with what it said.</returns>
    public async Task<(int Code, string Said)> TerminateAsync()
    {
        var process = await RunningAsync();
        await _stop.CancelAsync();
        _killed = process;
        var code = await process.TerminateAsync();
        await _keeping;
        return (code, string.Join('\n', process.SaidByNow));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (!_keeping.IsCompleted)
        {
            await KillAsync();
        }

        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_running is { } process)
        {
            await process.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task KeepAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _running = await _start();
            }
            catch (InvalidOperationException e)
            {
                // What it needs is away; the first time that is nobody's plan.
                _firstStart.TrySetException(e);
                await Task.Delay(BeforeNextStart, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            _firstStart.TrySetResult();
            var process = _running;
            await process.EndedAsync();
            if (process != _killed)
            {
                _endedByItself.Enqueue($"{Instance}: {string.Join('\n', process.SaidByNow.TakeLast(5))}");
            }

            if (!_stop.IsCancellationRequested)
            {
                _running = null;
                await process.DisposeAsync();
            }
        }
    }
}
