namespace Strata.Rrd;

/// <summary>What a store holds. Unspecified and unknown values of the wire read as <see cref="Recording"/>. Source: rrd-format §2.2.</summary>
public enum StoreKind
{
    /// <summary>Data.</summary>
    Recording = 1,

    /// <summary>A layout of the Viewer.</summary>
    Blueprint = 2,
}
