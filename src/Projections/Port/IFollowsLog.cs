namespace Strata.Projections;

/// <summary>Tables that are folded from the log.</summary>
public interface IFollowsLog
{
    /// <summary>The log position up to which they are folded.</summary>
    long Position { get; }

    /// <summary>Ends when <see cref="Position"/> has reached <paramref name="position"/>.</summary>
    /// <exception cref="ProjectionParkedException">They stand still before that position; the message says on which event and why.</exception>
    /// <exception cref="ProjectionLagException">They cannot be written for the moment; it is tried again.</exception>
    Task WaitForAsync(long position, CancellationToken cancellationToken);
}
