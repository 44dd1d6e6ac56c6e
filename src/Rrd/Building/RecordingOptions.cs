namespace Strata.Rrd.Building;

/// <summary>Whose recording it is, and which bytes it gets. Source: rrd-format §2.2, §2.5, §5.</summary>
public sealed record RecordingOptions
{
    /// <summary>
    /// The kind of recording: Rerun's Viewer keeps one layout for each. ASCII letters and digits, <c>_ - [ ] :</c> and spaces, at most
    /// 180 bytes; <see cref="Rrd.ApplicationId.Normalise"/> makes one of any text, as Rerun does.
    /// </summary>
    public required string ApplicationId { get; init; }

    /// <summary>Tells recordings of one application apart; in a catalog it is the id of the segment. Unless given it is random: 32 hexadecimal digits, as the SDK's.</summary>
    public string RecordingId { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>Which program makes it, in words for people.</summary>
    public StoreSource Source { get; init; } = StoreSource.Other("Strata.Rrd");

    /// <summary>How it is encoded.</summary>
    public WriterProfile Profile { get; init; } = WriterProfile.V1;

    /// <summary>
    /// Where chunk and row ids come from: <see cref="TuidSequence.StartingAt"/> gives the same file each time. Of two values at one time,
    /// or of two that are static, Rerun shows that with the higher row id.
    /// </summary>
    public TuidSequence Ids { get; init; } = TuidSequence.FromClock(TimeProvider.System);
}
