namespace Strata.Deriving;

/// <summary>
/// Computes a layer of a segment. A pure function: the same input gives the same output, without clock, chance, files or network, so that what was derived can be
/// proved later. It is public and has a constructor without parameters.
/// </summary>
public abstract class SegmentDeriver
{
    /// <summary>By which rules ask for it; the same as that of its definition's file.</summary>
    public abstract string Name { get; }

    /// <summary>From 1, raised with every change that can change what comes out; the same as in its definition.</summary>
    public abstract int Version { get; }

    /// <summary>Columns to load, each an entity path or <c>entity:component</c>; empty: the whole recording.</summary>
    public virtual IReadOnlyList<string> Reads => [];

    /// <summary>Reads columns, writes columns and properties, or says why it derives nothing.</summary>
    /// <exception cref="Exception">Whatever comes out of it stands in the evaluation, which fails.</exception>
    public abstract void Derive(SegmentInput input, LayerOutput output);
}
