namespace Strata.Rrd;

/// <summary>Identity of a store: all three parts together. On a catalog server the recording id is the segment id. Source: rrd-format §2.2.</summary>
/// <param name="Kind">Recording or blueprint.</param>
/// <param name="ApplicationId">Of the program that made it.</param>
/// <param name="RecordingId">Of the recording or blueprint.</param>
public sealed record StoreId(StoreKind Kind, string ApplicationId, string RecordingId)
{
    /// <summary>The id of a recording; see <see cref="Rrd.ApplicationId"/> for what an application id may be.</summary>
    public static StoreId Recording(string applicationId, string recordingId) => new(StoreKind.Recording, applicationId, recordingId);

    /// <inheritdoc/>
    public override string ToString() => $"{(Kind == StoreKind.Blueprint ? "blueprint" : "recording")}:{ApplicationId}:{RecordingId}";
}
