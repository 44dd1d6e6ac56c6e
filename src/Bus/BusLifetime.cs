using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Strata.Bus;

/// <summary>
/// Starts the bus beside the host, which does not wait for it, and stops it in order: one that is still starting is started before it is stopped, and one that
/// never started is given up instead. In place of MassTransit's own hosted service, which reports a quick stop as a failure.
/// </summary>
internal sealed class BusLifetime(IBusDepot depot, IOptions<MassTransitHostOptions> options) : IHostedService, IDisposable
{
    /// <summary>In memory a start takes milliseconds; a broker that does not answer for this long is away, and no command should wait longer for it to end.</summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _giveUp = new();
    private Task _started = Task.CompletedTask;
    private bool _isUp;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _started = depot.Start(_giveUp.Token);
        _isUp = true;
        return _started.IsCompleted || options.Value.WaitUntilStarted ? _started.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // A host that is told to shut down and then disposed of stops what it hosts twice.
        if (!_isUp)
        {
            return;
        }

        _isUp = false;
        if (!_started.IsCompleted)
        {
            _giveUp.CancelAfter(StartGrace);
            await using var hurry = cancellationToken.Register(_giveUp.Cancel);
            // Why it did not start, MassTransit has logged itself.
            await _started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_started.IsCompletedSuccessfully)
        {
            await depot.Stop(cancellationToken);
        }
    }

    public void Dispose() => _giveUp.Dispose();
}
