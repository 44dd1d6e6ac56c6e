using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>What the log keeps of a recording, its large parts named by hash.</summary>
internal sealed record LayerContent(
    string ApplicationId,
    Sha256Digest Fingerprint,
    long SizeBytes,
    long ChunkCount,
    Sha256Digest SchemaSha256,
    Sha256Digest SchemaBlob,
    Sha256Digest? PropertiesBlob,
    Sha256Digest ChunkIndexBlob,
    EquatableArray<IndexRange> IndexRanges);

/// <summary>What is to become of a recording under a layer's name.</summary>
/// <param name="Status">One of <see cref="RegistrationStatus"/>.</param>
/// <param name="Reason">In words, for what was not registered.</param>
/// <param name="Supersedes">The layer that it takes the place of.</param>
internal sealed record RegisterVerdict(string Status, string? Reason, StandingLayer? Supersedes)
{
    public bool Registers => Status is RegistrationStatus.Registered or RegistrationStatus.Replaced;
}

/// <summary>Registers a given layer. Source: DESIGN rules 1 and 5, catalog-protocol §2.6.</summary>
/// <param name="IsDelivery">It may come twice by nature (a robot's message, a watched file): the same content again is the same answer, whatever the policy.</param>
internal sealed record RegisterLayer(
    DatasetId Dataset,
    string Segment,
    string Layer,
    LayerContent Content,
    string StorageUrl,
    KeptFile File,
    OnDuplicate OnDuplicate,
    bool IsDelivery,
    EventSource Source)
{
    public static ImmutableArray<StrataEvent> Decide(SegmentState state, RegisterLayer command)
    {
        var verdict = Judge(state, command.Segment, command.Layer, command.Content.Fingerprint, command.OnDuplicate, command.IsDelivery);
        return verdict.Registers ? [command.ToEvent(verdict.Supersedes)] : [];
    }

    /// <summary>The decision without its bytes, so that nothing is copied that would not be registered.</summary>
    public static RegisterVerdict Judge(SegmentState state, string segment, string layer, Sha256Digest fingerprint, OnDuplicate onDuplicate, bool isDelivery)
    {
        if (state.Find(layer) is not { } standing)
        {
            return new(RegistrationStatus.Registered, null, null);
        }

        var isSame = standing.Fingerprint == fingerprint;
        if (isSame && (isDelivery || onDuplicate == OnDuplicate.Known))
        {
            return new(RegistrationStatus.Known, null, standing);
        }

        return onDuplicate switch
        {
            OnDuplicate.Skip => new(RegistrationStatus.Skipped, $"Layer '{layer}' already exists; it was kept", standing),
            OnDuplicate.Replace => new(RegistrationStatus.Replaced, null, standing),
            _ when standing.IsDerived => new(RegistrationStatus.Registered, null, standing),
            _ => new(RegistrationStatus.Failed, AlreadyExists(segment, layer, standing, isSame), standing),
        };
    }

    private static string AlreadyExists(string segment, string layer, StandingLayer standing, bool isSame) =>
        $"Layer '{layer}' already exists in segment '{segment}' with {(isSame ? "the same" : "other")} content, registered from {standing.Event.StorageUrl}; "
        + "choose `replace` to put this recording in its place, `skip` to keep the present one, or register under another layer name";

    /// <summary>As Rerun 0.41 says it, and what to do.</summary>
    public static string DuplicateReason(StandingLayer standing) =>
        $"already exists, registered from {standing.Event.StorageUrl}; replace it, skip it, or register under another layer name";

    private LayerRegistered ToEvent(StandingLayer? supersedes) => new(
        Dataset,
        Segment,
        Layer,
        LayerTypes.Rrd,
        Content.ApplicationId,
        StorageUrl,
        File.Kept,
        File.SizeBytes,
        Content.SizeBytes,
        Content.Fingerprint,
        File.FileSha256,
        Content.ChunkCount,
        Content.SchemaSha256,
        Content.SchemaBlob,
        Content.PropertiesBlob,
        Content.ChunkIndexBlob,
        Content.IndexRanges,
        Source,
        supersedes?.Fingerprint,
        LayerOrigin.Given,
        Provenance: null);
}

internal static class LayerTypes
{
    public const string Rrd = "rrd";
}
