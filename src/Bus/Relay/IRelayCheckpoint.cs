namespace Strata.Bus;

/// <summary>Up to which position of the log everything is published. Operational state: losing it only means publishing again.</summary>
public interface IRelayCheckpoint
{
    /// <returns>0 when nothing was published yet.</returns>
    Task<long> ReadAsync(CancellationToken cancellationToken);

    Task WriteAsync(long position, CancellationToken cancellationToken);
}
