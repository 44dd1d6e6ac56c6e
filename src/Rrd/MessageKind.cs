namespace Strata.Rrd;

/// <summary>What the payload of a message is. Source: rrd-format §1.3.</summary>
public enum MessageKind
{
    /// <summary>RrdFooter, may be empty.</summary>
    End = 0,

    /// <summary>Announces a store (§2.1).</summary>
    SetStoreInfo = 1,

    /// <summary>One chunk (§2.3).</summary>
    ArrowMsg = 2,

    /// <summary>Makes the Viewer use a blueprint (§2.4).</summary>
    BlueprintActivationCommand = 3,
}
