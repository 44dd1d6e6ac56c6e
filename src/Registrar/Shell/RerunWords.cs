using System.Globalization;
using System.Text;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>What Rerun's own server says of a file that it cannot read: clients and their tests look for these words. Source: catalog-protocol §2.6.</summary>
internal static class RerunWords
{
    private const string Enumerate = "Failed to enumerate RRD stores: ";
    private const string Frame = Enumerate + "Failed to decode frame: ";
    private const int FourCC = 4;

    /// <param name="head">The first bytes of the file, which hold no header of a recording.</param>
    public static string OfHead(ReadOnlySpan<byte> head, RrdFormatException failure)
    {
        if (head.Length < FourCC || (head.Length < StreamHeader.Size && head.StartsWith("RRF2"u8)))
        {
            return Frame + "file too small to be an RRD";
        }

        return head.StartsWith("RRF2"u8)
            ? Frame + failure.Message
            : $"{Enumerate}Not an RRD file: expected FourCC header \"RRF2\", got \"{Encoding.UTF8.GetString(head[..FourCC])}\"";
    }

    /// <param name="offset">Where the finding is; of a cut file the first message that is not whole.</param>
    public static async ValueTask<string> OfFindingAsync(string reason, string detail, long? offset, IRandomAccessBytes bytes, CancellationToken cancellationToken)
    {
        if (reason != QuarantineReasons.Truncated || offset is not { } start)
        {
            return Frame + detail;
        }

        var header = await bytes.ReadAsync(start, MessageHeader.Size, cancellationToken);
        return header.Length < MessageHeader.Size
            ? string.Create(CultureInfo.InvariantCulture, $"{Frame}Message header (start {start}, length {MessageHeader.Size}) exceeds file size ({bytes.Length})")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Frame}Message payload (start {start + MessageHeader.Size}, length {MessageHeader.Read(header.Span).Length}) exceeds file size ({bytes.Length})");
    }
}
