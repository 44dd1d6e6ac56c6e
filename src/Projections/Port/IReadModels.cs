namespace Strata.Projections;

/// <summary>
/// The read models of the live generation: tables folded from the log, which can be thrown away and rebuilt by replay. Source: DESIGN §4.7.
/// All are folded together and have one position, but for <see cref="Fleet"/> and <see cref="Quarantine"/>, which follow the log by themselves.
/// </summary>
public interface IReadModels : IFollowsLog
{
    /// <summary>Ends when <see cref="IFollowsLog.Position"/> is above <paramref name="position"/>.</summary>
    Task WaitForChangeAsync(long position, CancellationToken cancellationToken);

    IEntryList Entries { get; }

    IMoments Moments { get; }

    ISegmentTable Segments { get; }

    IDatasetManifest Manifest { get; }

    IDatasetSchema Schemas { get; }

    IChunkIndex Chunks { get; }

    ISegmentProperties SegmentProperties { get; }

    IRuleList Rules { get; }

    IWorkList Work { get; }

    IEvaluationList Evaluations { get; }

    IBackfillList Backfills { get; }

    IQuarantineList Quarantine { get; }

    IFleet Fleet { get; }
}

/// <summary>The tables do not show what the log holds from <paramref name="position"/> on.</summary>
public abstract class ProjectionBehindException(long position, string reason, string message) : Exception(message)
{
    public long Position { get; } = position;

    public string Reason { get; } = reason;
}

/// <summary>The projections stopped before an event that they cannot fold; nothing after it is shown until that is mended.</summary>
/// <param name="noun">Which tables.</param>
public sealed class ProjectionParkedException(long position, string reason, string noun = "read models")
    : ProjectionBehindException(position, reason, $"the {noun} stand still before position {position}: {reason}")
{
    /// <summary>The event itself is lost, so no rebuild helps: <see cref="ProjectionBehindException.Reason"/> says what does.</summary>
    public bool LogIsDamaged { get; init; }

    /// <summary>Null where the log could not be read so far.</summary>
    public string? EventType { get; init; }

    /// <inheritdoc cref="EventType"/>
    public string? StreamId { get; init; }

    /// <summary>For one more who waits: each throw has a trace of its own.</summary>
    internal ProjectionParkedException Of(string noun) => new(Position, Reason, noun) { LogIsDamaged = LogIsDamaged, EventType = EventType, StreamId = StreamId };
}

/// <summary>The tables or the log cannot be reached for the moment (disk full, file held); the projections go on by themselves when they can.</summary>
/// <param name="noun">Which tables.</param>
public sealed class ProjectionLagException(long position, string reason, string noun = "tables")
    : ProjectionBehindException(position, reason, $"the {noun} lag behind the log from position {position} on: {reason}");
