namespace Strata.Recordings;

public enum UploadFault
{
    /// <summary>The SHA-256 of what was sent is another one than announced.</summary>
    OtherBytes,

    /// <summary>Fewer or more bytes than announced.</summary>
    OtherLength,

    TooLarge,

    /// <summary>The part begins behind the end of what is there.</summary>
    Gap,

    /// <summary>Another request writes the very part that this one wants to go on with.</summary>
    UnderWay,

    /// <summary>There is no room for it on this server's disk.</summary>
    NoRoom,
}

/// <summary>An upload that is not taken in.</summary>
/// <param name="next">What the sender should do.</param>
public sealed class UploadRefusedException(UploadFault fault, string message, string next) : IOException(message)
{
    public UploadFault Fault { get; } = fault;

    public string Next { get; } = next;
}

/// <summary>The sender of an upload broke off.</summary>
public sealed class UploadCutException(Exception reason) : IOException($"the upload was cut: {reason.Message}", reason);
