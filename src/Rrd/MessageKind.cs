namespace Strata.Rrd;

/// <summary>What the payload of a message is. Source: rrd-format §1.3.</summary>
public enum MessageKind
{
    /// <summary>RrdFooter, may be empty.</summary>
    End = 0,
    SetStoreInfo = 1,
    ArrowMsg = 2,
    BlueprintActivationCommand = 3,
}
