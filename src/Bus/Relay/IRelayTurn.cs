namespace Strata.Bus;

/// <summary>Which of several relays publishes. A broker cannot be fenced, so two may for a moment; the checkpoint is moved by one. Source: DESIGN §8.</summary>
public interface IRelayTurn
{
    /// <summary>Ends when it is this one's turn; until then it stands by and says so once.</summary>
    Task TakeAsync(CancellationToken cancellationToken);

    /// <summary>Before a page is published.</summary>
    /// <exception cref="RelayTurnLostException">Another one has taken over.</exception>
    Task HoldAsync(CancellationToken cancellationToken);

    /// <summary>The next one need not wait for the end of the lease.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);
}

/// <summary>For who cannot have a rival: the data directory is locked, or messages never leave the process.</summary>
public sealed class OnlyRelay : IRelayTurn
{
    public Task TakeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task HoldAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Another relay publishes now.</summary>
public sealed class RelayTurnLostException(string message) : Exception(message);
