using Strata.Rrd;
using Strata.Rrd.Tests.Hostile;

namespace Strata.Fuzz.Tests;

/// <summary>Whole files. Now and then messages change places, and half of the footers are made right again.</summary>
internal sealed class ContainerTarget : FuzzTarget
{
    public override string Name => "container";

    public override IReadOnlyList<byte[]> Seeds() => Corpus.Recordings();

    public override byte[] Mutate(byte[] input, Mutator mutator)
    {
        var bytes = mutator.Next(3) == 0 ? input : mutator.Mutate(input);
        if (mutator.Next(2) == 0 || bytes.Length < StreamHeader.Size)
        {
            return bytes;
        }
        var parts = FileParts.Of(bytes);
        var messages = parts.Messages.ToList();
        if (messages.Count > 0 && mutator.Next(2) == 0)
        {
            var (from, to) = (mutator.Next(messages.Count), mutator.Next(messages.Count));
            switch (mutator.Next(3))
            {
                case 0:
                    (messages[from], messages[to]) = (messages[to], messages[from]);
                    break;
                case 1:
                    messages.Insert(to, messages[from]);
                    break;
                default:
                    messages.RemoveAt(from);
                    break;
            }
        }
        return parts.With(messages).ToFile();
    }

    public override Task<string> RunAsync(byte[] input) => ReadAsync(input);

    internal static async Task<string> ReadAsync(byte[] input)
    {
        if (await WholeFile.ReadAsync(input) is not { } chunks)
        {
            return "refused";
        }
        var contents = (await RrdReader.OpenAsync(new MemoryBytes(input), TestContext.Current.CancellationToken)).Contents;
        return $"{Math.Min(chunks, 4)} {contents.UsedFooter} {string.Join('|', contents.Findings.Select(finding => $"{finding.Rule}:{Words.Of(finding.Message)}").Distinct().Take(4))}";
    }
}

/// <summary>Footers behind a right checksum.</summary>
internal sealed class FooterTarget : FuzzTarget
{
    public override string Name => "footer";

    public override IReadOnlyList<byte[]> Seeds() => [.. Corpus.Recordings().Where(file => FileParts.Of(file).Messages is [.., (0, { Length: > 0 })])];

    public override byte[] Mutate(byte[] input, Mutator mutator)
    {
        var parts = FileParts.Of(input);
        return parts.Messages.Count == 0 ? input : parts.WithPayload(parts.Messages.Count - 1, mutator.Mutate(parts.Messages[^1].Payload)).ToFile();
    }

    public override Task<string> RunAsync(byte[] input) => ContainerTarget.ReadAsync(input);
}

/// <summary>The payload of one message, in a file without footer so that it is looked at.</summary>
internal sealed class ProtobufTarget : FuzzTarget
{
    public override string Name => "protobuf";

    public override IReadOnlyList<byte[]> Seeds() =>
        [.. Corpus.Recordings().Select(FileParts.Of).Select(parts => parts.With(parts.Messages.Where(message => message.Kind != (ulong)MessageKind.End)).ToFile())];

    public override byte[] Mutate(byte[] input, Mutator mutator)
    {
        var parts = FileParts.Of(input);
        if (parts.Messages.Count == 0)
        {
            return input;
        }
        var message = mutator.Next(parts.Messages.Count);
        return parts.WithPayload(message, mutator.Mutate(parts.Messages[message].Payload)).ToFile();
    }

    public override Task<string> RunAsync(byte[] input) => ContainerTarget.ReadAsync(input);
}
