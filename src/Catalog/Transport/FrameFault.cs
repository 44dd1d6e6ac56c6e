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

    public static string UnknownFlag(byte flag) =>
        $"protocol error: received message with invalid compression flag: {flag} (valid flags are 0 and 1), while sending request";
}
