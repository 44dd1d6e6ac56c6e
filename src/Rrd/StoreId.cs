namespace Strata.Rrd;

/// <summary>Identity of a store: all three parts together. On a catalog server the recording id is the segment id. Source: rrd-format §2.2.</summary>
public sealed record StoreId(StoreKind Kind, string ApplicationId, string RecordingId)
{
    public static StoreId Recording(string applicationId, string recordingId) => new(StoreKind.Recording, applicationId, recordingId);

    public override string ToString() => $"{(Kind == StoreKind.Blueprint ? "blueprint" : "recording")}:{ApplicationId}:{RecordingId}";
}
