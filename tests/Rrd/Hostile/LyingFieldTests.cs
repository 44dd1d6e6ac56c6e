using System.Buffers.Binary;

namespace Strata.Rrd.Tests.Hostile;

/// <summary>Each length, count, offset, type and compression field of a file says something else than the truth; where a checksum guards it, that is made right.</summary>
public class LyingFieldTests
{
    private static readonly ulong[] Numbers = [0, 1, 2, 3, 63, 65_535, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue];

    private static readonly int[] Words = [0, 1, -1, 2, 64, 0x7FFF_0000, int.MaxValue, int.MinValue];

    /// <summary>Every Arrow message starts with these bytes.</summary>
    private static ReadOnlySpan<byte> Continuation => [0xFF, 0xFF, 0xFF, 0xFF];

    [Fact]
    public async Task Kinds_and_lengths_of_messages()
    {
        var file = Recording.Fixture("F1.rrd");
        var at = StreamHeader.Size;
        foreach (var (kind, payload) in FileParts.Of(file).Messages)
        {
            foreach (var lie in Numbers.Concat([(ulong)payload.Length - 1, (ulong)payload.Length + 1]))
            {
                await ShouldBeReadOrRefusedAsync(WithHeader(file, at, new MessageHeader(lie, (ulong)payload.Length)), $"kind {lie} at {at}");
                await ShouldBeReadOrRefusedAsync(WithHeader(file, at, new MessageHeader(kind, lie)), $"length {lie} at {at}");
            }
            at += MessageHeader.Size + payload.Length;
        }
    }

    [Fact]
    public async Task Place_length_checksum_and_count_of_the_footer()
    {
        var file = Recording.Fixture("F1.rrd");
        for (var field = file.Length - StreamFooter.Size; field < file.Length; field += sizeof(uint))
        {
            foreach (var lie in Words)
            {
                var lying = (byte[])file.Clone();
                BinaryPrimitives.WriteInt32LittleEndian(lying.AsSpan(field), lie);
                await ShouldBeReadOrRefusedAsync(lying, $"{lie} at {field}");
            }
        }
    }

    [Theory]
    [InlineData("F1.rrd")]
    [InlineData("F2-rerun-0.33-saved.rrd")]
    public async Task Every_number_and_length_of_the_protobuf_messages(string name)
    {
        var parts = FileParts.Of(Recording.Fixture(name));
        for (var message = 0; message < parts.Messages.Count; message++)
        {
            var payload = parts.Messages[message].Payload;
            foreach (var (start, end) in ProtobufVarints.Of(payload))
            {
                foreach (var lie in Numbers)
                {
                    byte[] lying = [.. payload[..start], .. ProtobufVarints.Write(lie), .. payload[end..]];
                    await ShouldBeReadOrRefusedAsync(parts.WithPayload(message, lying).ToFile(), $"{name}: {lie} at {start} of message {message}");
                }
            }
        }
    }

    [Fact]
    public async Task Every_word_of_the_arrow_data_and_of_the_manifest()
    {
        var parts = FileParts.Of(Recording.Fixture("F1.rrd"));
        for (var message = 0; message < parts.Messages.Count; message++)
        {
            var payload = parts.Messages[message].Payload;
            var first = payload.AsSpan().IndexOf(Continuation);
            for (var at = first; first >= 0 && at + sizeof(int) <= payload.Length; at += sizeof(int))
            {
                foreach (var lie in Words)
                {
                    var lying = (byte[])payload.Clone();
                    BinaryPrimitives.WriteInt32LittleEndian(lying.AsSpan(at), lie);
                    await ShouldBeReadOrRefusedAsync(parts.WithPayload(message, lying).ToFile(), $"{lie} at {at} of message {message}");
                }
            }
        }
    }

    private static byte[] WithHeader(byte[] file, int at, MessageHeader header)
    {
        var lying = (byte[])file.Clone();
        header.Write(lying.AsSpan(at));
        return lying;
    }

    private static Task<long> ShouldBeReadOrRefusedAsync(byte[] file, string what) => Probe.MeasureAsync(file.Length, () => WholeFile.ReadAsync(file), what);
}
