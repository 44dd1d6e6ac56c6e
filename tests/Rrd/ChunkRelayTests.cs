using Google.Protobuf;

namespace Strata.Rrd.Tests;

public class ChunkRelayTests
{
    [Fact]
    public async Task A_stored_chunk_is_relayed_as_the_very_bytes_of_the_file()
    {
        var file = SampleLayer.Write(WriterProfile.V1);
        var reader = await Recording.OpenAsync(file);
        var store = reader.Contents.Recordings.ShouldHaveSingleItem();
        foreach (var entry in store.Manifest.Entries)
        {
            var message = ChunkRelay.Message(Stored(file, entry), entry.ByteOffset, entry.Id, entry.IsStatic, store.Id.RecordingId, store.Id.ApplicationId);

            message.ToArray().ShouldBe(file[(int)entry.ByteOffset..(int)(entry.ByteOffset + entry.ByteSize)]);
        }
    }

    [Fact]
    public async Task A_chunk_in_the_form_of_an_alpha_build_is_written_as_todays_clients_read_it()
    {
        var file = SampleLayer.Write(WriterProfile.V1);
        var reader = await Recording.OpenAsync(file);
        var store = reader.Contents.Recordings.ShouldHaveSingleItem();
        var entry = store.Manifest[0];
        var today = Fields(Stored(file, entry)[MessageHeader.Size..]);

        var relayed = Fields(ChunkRelay.Message(AsAlpha(today), entry.ByteOffset, entry.Id, entry.IsStatic, store.Id.RecordingId, store.Id.ApplicationId));

        relayed.ShouldBe(today);
    }

    [Fact]
    public async Task Bytes_that_are_not_the_promised_chunk_are_refused()
    {
        var file = SampleLayer.Write(WriterProfile.V1);
        var reader = await Recording.OpenAsync(file);
        var store = reader.Contents.Recordings.ShouldHaveSingleItem();
        var (first, second) = (store.Manifest[0], store.Manifest[1]);

        Refusal(Stored(file, first), second.Id, store.Id.RecordingId).ShouldContain(first.Id.ToChunkId());
        Refusal(Stored(file, first), first.Id, "another").ShouldContain("another");
        Refusal(Stored(file, first)[..^1], first.Id, store.Id.RecordingId).ShouldContain($"with {first.ByteSize} bytes");
        Refusal(new byte[8], first.Id, store.Id.RecordingId).ShouldContain("8 bytes");
        Refusal(new byte[64], first.Id, store.Id.RecordingId).ShouldContain("kind 0");
    }

    private static string Refusal(ReadOnlyMemory<byte> stored, Tuid id, string recordingId) =>
        Should.Throw<RrdFormatException>(() => ChunkRelay.Message(stored, 0, id, isStatic: false, recordingId, "app")).Message;

    private static ReadOnlyMemory<byte> Stored(byte[] file, ChunkEntry entry) =>
        file.AsMemory((int)entry.ByteOffset - MessageHeader.Size, (int)entry.ByteSize + MessageHeader.Size);

    /// <summary>Field number and value, bytes as hexadecimal digits.</summary>
    private static Dictionary<int, string> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new Dictionary<int, string>();
        var input = new CodedInputStream(message.ToArray());
        while (input.ReadTag() is > 0 and var tag)
        {
            fields.Add(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited
                ? Convert.ToHexString(input.ReadBytes().Span)
                : $"{input.ReadUInt64()}");
        }
        return fields;
    }

    /// <summary>Compressions count from 0, the payload is field 1000, there is neither a chunk id nor an application id.</summary>
    private static byte[] AsAlpha(Dictionary<int, string> today)
    {
        const int PayloadField = 5;
        const int AlphaPayloadField = 1000;
        var store = Fields(Convert.FromHexString(today[1]));
        using var message = new MemoryStream();
        var output = new CodedOutputStream(message);
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom([0x08, .. new[] { byte.Parse(store[1]) }, 0x12, (byte)(store[2].Length / 2), .. Convert.FromHexString(store[2])]));
        output.WriteTag(2, WireFormat.WireType.Varint);
        output.WriteUInt64(ulong.Parse(today[2]) - 1);
        foreach (var field in new[] { 3, 4 })
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteUInt64(ulong.Parse(today[field]));
        }
        output.WriteTag(AlphaPayloadField, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Convert.FromHexString(today[PayloadField])));
        output.Flush();
        var stored = new byte[MessageHeader.Size + message.Length];
        new MessageHeader((ulong)MessageKind.ArrowMsg, (ulong)message.Length).Write(stored);
        message.ToArray().CopyTo(stored, MessageHeader.Size);
        return stored;
    }
}
