using System.Buffers.Binary;

namespace Strata.Rrd.Tests.Hostile;

/// <summary>A file taken apart into its header and messages, to be put together otherwise.</summary>
/// <param name="Header">The stream header.</param>
/// <param name="Messages">Kind and payload, in file order; the last one is an End when the file has a footer.</param>
internal sealed record FileParts(byte[] Header, IReadOnlyList<(ulong Kind, byte[] Payload)> Messages)
{
    private const ulong End = (ulong)MessageKind.End;

    /// <summary>Takes whole messages only; what follows the End message is left out.</summary>
    public static FileParts Of(byte[] file)
    {
        var messages = new List<(ulong, byte[])>();
        var at = StreamHeader.Size;
        while (at + MessageHeader.Size <= file.Length)
        {
            var kind = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            var length = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at + 8));
            at += MessageHeader.Size;
            if (length > (ulong)(file.Length - at))
            {
                break;
            }
            messages.Add((kind, file[at..(at + (int)length)]));
            at += (int)length;
            if (kind == End)
            {
                break;
            }
        }
        return new FileParts(file[..StreamHeader.Size], messages);
    }

    public FileParts With(IEnumerable<(ulong Kind, byte[] Payload)> messages) => this with { Messages = [.. messages] };

    public FileParts WithPayload(int message, byte[] payload) => With(Messages.Select((m, k) => k == message ? (m.Kind, payload) : m));

    /// <summary>The file again. Behind an End message that is the last comes a trailer with its right place and checksum, so that a reader believes the footer.</summary>
    public byte[] ToFile()
    {
        using var file = new MemoryStream();
        file.Write(Header);
        var header = new byte[MessageHeader.Size];
        foreach (var (kind, payload) in Messages)
        {
            new MessageHeader(kind, (ulong)payload.Length).Write(header);
            file.Write(header);
            file.Write(payload);
        }
        if (Messages is [.., (End, var footer)])
        {
            var trailer = new byte[StreamFooter.Size];
            new StreamFooter((ulong)(file.Length - footer.Length), (ulong)footer.Length, StreamFooter.ChecksumOf(footer)).Write(trailer);
            file.Write(trailer);
        }
        return file.ToArray();
    }
}
