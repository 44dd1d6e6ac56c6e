using Strata.Contracts;
using Strata.Projections.WorkList;

namespace Strata.Projections.Folding;

/// <summary>What the folds need of one segment: its current layers, and what its rules are about.</summary>
internal sealed class SegmentState
{
    public List<LayerState> Layers { get; } = [];

    public List<WorkState> Work { get; } = [];

    public List<DecisionState> Decisions { get; } = [];

    /// <summary>Rules that a person told to leave this segment alone.</summary>
    public List<string> Suppressed { get; } = [];

    public LayerState? FindLayer(string layer)
    {
        foreach (var state in Layers)
        {
            if (state.Layer == layer)
            {
                return state;
            }
        }

        return null;
    }

    public DecisionState? FindDecision(string rule) => Decisions.Find(d => d.Rule == rule);
}

internal sealed record LayerState(string Layer, long Position, Sha256Digest Fingerprint, LayerOrigin Origin, Sha256Digest Schema, long Shape);

/// <param name="Backfill">That brought it; null: a registration did.</param>
internal sealed record WorkState(string Rule, int Revision, Sha256Digest WorkId, long OpenedAt, Sha256Digest Schema, string? Backfill = null)
{
    /// <summary>Its row while that is kept back for the end of the batch.</summary>
    public OpenedWork? Unwritten { get; set; }
}

/// <summary>The latest evaluation of a rule for the segment.</summary>
internal sealed record DecisionState(string Rule, Sha256Digest WorkId, string Outcome, string? Reason, long Position);
