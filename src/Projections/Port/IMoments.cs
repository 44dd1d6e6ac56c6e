using Strata.Contracts;

namespace Strata.Projections;

/// <summary>Datasets by whatever addresses them: a name or an id, also with a moment in it, for which a read-only entry is made up. Source: DESIGN §2, §12.</summary>
public interface IMoments
{
    /// <summary>The entry of that name, else the moment that the name means.</summary>
    /// <exception cref="MomentException">It names a moment that is none, or that the log does not have.</exception>
    Task<DatasetEntry?> FindAsync(string name, CancellationToken cancellationToken);

    /// <inheritdoc cref="FindAsync(string, CancellationToken)"/>
    Task<DatasetEntry?> FindAsync(DatasetId id, CancellationToken cancellationToken);

    /// <summary>The dataset that had the name as of a position, as an entry of its own that shows it as of then.</summary>
    /// <exception cref="MomentException">There was none.</exception>
    Task<DatasetEntry> AtAsync(string name, long position, CancellationToken cancellationToken);

    /// <summary>The position that a moment means. Read models have passed it when this ends.</summary>
    /// <exception cref="MomentException">It is after the end of the log.</exception>
    Task<long> PositionAsync(Moment moment, CancellationToken cancellationToken);
}

public enum MomentFault
{
    /// <summary>It cannot be a moment of any catalog.</summary>
    Invalid,

    /// <summary>This catalog has no such moment, or no such dataset in it.</summary>
    NotFound,
}

/// <summary>A moment that cannot be shown, in words: expected, found, what to do.</summary>
public sealed class MomentException(MomentFault fault, string message) : Exception(message)
{
    public MomentFault Fault { get; } = fault;
}
