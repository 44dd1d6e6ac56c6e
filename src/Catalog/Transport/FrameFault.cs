namespace Strata.Catalog.Transport;

/// <summary>
/// What is wrong with a request's frames, in the words of Rerun's server, which clients and people know. The library that reads them has others.
/// Source: the wire of Rerun's server 0.41, asked with broken frames.
/// </summary>
internal static class FrameFault
{
    public const string CompressedWithoutEncoding = "protocol error: received message with compressed-flag but no grpc-encoding was specified";

    public const string EndsInMessage = "Unexpected EOF decoding stream.";

    public const string NoMessage = "Missing request message.";

    /// <summary>Ours: Rerun's server waits for the bytes.</summary>
    public const string TooLong = "expected gRPC frames (flag 0, length, message), found a length above 2147483647";

    /// <summary>Ours: there is no bound on what clients may send at once in Rerun's.</summary>
    public const string NoRoom = "the server holds as many unfinished requests as it has room for; try again";

    public static string Silent(TimeSpan silence) => FormattableString.Invariant($"the request stopped: nothing of it came for {silence.TotalSeconds:0.###} s");

    public static string UnknownFlag(byte flag) =>
        $"protocol error: received message with invalid compression flag: {flag} (valid flags are 0 and 1), while sending request";
}
