using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Strata.Bus;

/// <summary>
/// Starts the bus beside the host, which does not wait for it, and stops it in order: one that is still starting is started before it is stopped, and one that
/// never started is given up instead. In place of MassTransit's own hosted service, which reports a quick stop as a failure.
/// </summary>
internal sealed class BusLifetime(IBusDepot depot, IOptions<MassTransitHostOptions> options, BrokerWatch? watch = null) : IHostedService, IDisposable
{
    /// <summary>In memory a start takes milliseconds; a broker that does not answer for this long is away, and no command should wait longer for it to end.</summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _giveUp = new();
    private Task _started = Task.CompletedTask;
    private bool _stopped;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = depot.Start(_giveUp.Token);
        return _started.IsCompleted || options.Value.WaitUntilStarted ? _started.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Hosts may be stopped more than once, by a signal and at their end.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        if (!_started.IsCompleted)
        {
            _giveUp.CancelAfter(StartGrace);
            await using var hurry = cancellationToken.Register(_giveUp.Cancel);
            // Why it did not start, MassTransit logs itself where its words are asked for.
            await _started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_started.IsCompletedSuccessfully)
            {
                watch?.GaveUp();
            }
        }

        if (_started.IsCompletedSuccessfully)
        {
            await depot.Stop(cancellationToken);
        }
    }

    public void Dispose() => _giveUp.Dispose();
}
