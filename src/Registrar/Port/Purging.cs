using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Registrar;

/// <summary>Has everything erased that was recorded in a segment so far.</summary>
/// <param name="Reason">Why, in the words of whoever asks; kept for ever.</param>
public sealed partial record PurgeSegment(DatasetId Dataset, string Segment, string Reason, EventSource Source)
{
    /// <summary>Copies of the recording that were discarded from quarantine and whose bytes are there still.</summary>
    public ImmutableArray<DiscardedCopy> Discarded { get; init; } = [];
}

/// <param name="QuarantinedAt">Position at which it went to quarantine last.</param>
public sealed record DiscardedCopy(string Location, long QuarantinedAt);

/// <param name="Position">Of the event; of the earlier one where nothing was registered since.</param>
/// <param name="IsNew">False when it was purged before and nothing was registered since.</param>
public sealed record PurgeOutcome(long Position, bool IsNew, EquatableArray<PurgedLayer> Layers);

/// <summary>Takes away what purged segments left behind: copies, and blobs of the log. It may be run again at any time.</summary>
public interface IErasePurged
{
    /// <summary>Finishes whatever is not finished, of any segment. A file that its folder does not let go leaves only its own segments unfinished.</summary>
    /// <exception cref="IOException">The log or the recording store as a whole is away, or refuses: nothing is known to be finished.</exception>
    Task<ErasureReport> EraseAsync(IProgress<ErasureProgress>? progress, CancellationToken cancellationToken);

    /// <summary>What somebody else has to do before nothing of what was erased is left in the log's files, in words; null: nothing. Source: <see cref="IBlobErasure.ReadLeftoverAsync"/>.</summary>
    Task<string?> ReadLeftoverAsync(CancellationToken cancellationToken);

    /// <summary>Why something is still unfinished after the last try of this process; null when nothing is, or none was made.</summary>
    ErasureFailure? Failure { get; }
}

/// <param name="Attempts">How many came to nothing since the last that did not.</param>
public sealed record ErasureFailure(string Reason, int Attempts);

/// <param name="Position">How far the log was looked through for others that hold the same bytes.</param>
public sealed record ErasureProgress(long Position, long Head);

/// <param name="Segments">Whose erasure is finished.</param>
/// <param name="Files">Copies that were removed.</param>
/// <param name="SharedFiles">Copies that stay, since others hold the same bytes.</param>
/// <param name="References">Files outside the data directory, which belong to somebody else and were not touched.</param>
public sealed record ErasureReport(int Segments, int Files, int SharedFiles, int Blobs, ImmutableArray<string> References)
{
    /// <summary>Segments of which a file is left that could not be removed; <see cref="IErasePurged.Failure"/> says why.</summary>
    public ImmutableArray<UnfinishedPurge> Unfinished { get; init; } = [];
}
