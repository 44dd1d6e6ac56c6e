namespace Strata.Catalog.Tests.Http2;

internal enum FrameKind : byte
{
    Data = 0,
    Headers = 1,
    RstStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>Of settings and pings: it acknowledges one.</summary>
    EndStream = 1,
    EndHeaders = 4,
}

internal sealed record Frame(FrameKind Kind, FrameFlags Flags, int Stream, byte[] Payload)
{
    public bool EndsStream => Kind is FrameKind.Data or FrameKind.Headers && Flags.HasFlag(FrameFlags.EndStream);
}
