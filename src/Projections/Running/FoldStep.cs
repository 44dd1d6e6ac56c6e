namespace Strata.Projections.Running;

/// <summary>Where folding may be cut: between any two of these the tables are one or the other, never half.</summary>
internal enum FoldStep
{
    /// <summary>A batch and its checkpoint are written and not committed.</summary>
    Staged,

    Committed,

    /// <summary>A new generation is whole and the pointer still names the former one.</summary>
    Replayed,

    /// <summary>The pointer names the new generation.</summary>
    Swapped,
}
