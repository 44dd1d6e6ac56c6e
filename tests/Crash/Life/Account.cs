using System.Collections.Immutable;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Crash.Life;

/// <summary>What stands at the end of a life, for a judge outside of it.</summary>
/// <param name="Differences">Between the read models and a fresh replay.</param>
internal sealed record Account(ImmutableArray<Fact> Facts, ImmutableArray<string> Differences);

/// <summary>One event, as far as it can be lost or doubled.</summary>
/// <param name="Layer"><c>segment/layer</c> of a layer that was registered.</param>
/// <param name="Location">Of the layer's bytes below the data directory.</param>
/// <param name="Work">Of an evaluation: what it decided about.</param>
/// <param name="Outcome">Of an evaluation: segment, rule, and why there is no layer.</param>
internal sealed record Fact(long Position, Guid EventId, string Command, string Stream, long Version, string Type, string? Layer, string? Fingerprint, string? Location, string? Work, string? Outcome)
{
    public static Fact Of(RecordedEvent recorded)
    {
        var layer = recorded.Event as LayerRegistered;
        return new(
            recorded.Position, recorded.EventId, recorded.CommandId, recorded.StreamId, recorded.Version, recorded.Type,
            layer is null ? null : $"{layer.Segment}/{layer.Layer}", layer?.Fingerprint.Value, layer?.Kept.Location,
            recorded.Event switch
            {
                DerivationDone done => done.WorkId.Value,
                DerivationSkipped skipped => skipped.WorkId?.Value,
                DerivationFailed failed => failed.WorkId.Value,
                _ => null,
            },
            recorded.Event switch
            {
                DerivationDone done => $"{done.Segment}/{done.Rule}",
                DerivationSkipped skipped => $"{skipped.Segment}/{skipped.Rule}: {skipped.Reason}",
                DerivationFailed failed => $"{failed.Segment}/{failed.Rule}: {failed.Reason}",
                _ => null,
            });
    }
}
