using Google.Protobuf;

namespace Strata.Rrd.Tests;

public class ChunkRelayTests
{
    private const int ChunkIdField = 6;

    [Fact]
    public async Task A_stored_chunk_is_relayed_as_the_very_bytes_of_the_file()
    {
        var file = SampleLayer.Write(WriterProfile.V1);
        var reader = await Recording.OpenAsync(file);
        var store = reader.Contents.Recordings.ShouldHaveSingleItem();
        foreach (var entry in store.Manifest.Entries)
        {
            var message = ChunkRelay.Message(Stored(file, entry), Relayed(entry), store.Id);

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

        var relayed = Fields(ChunkRelay.Message(AsAlpha(today), Relayed(entry) with { ByteSize = AsAlpha(today).Length - MessageHeader.Size }, store.Id));

        relayed.ShouldBe(today);
    }

    [Fact]
    public async Task Bytes_that_are_not_the_promised_chunk_are_refused()
    {
        var file = SampleLayer.Write(WriterProfile.V1);
        var reader = await Recording.OpenAsync(file);
        var store = reader.Contents.Recordings.ShouldHaveSingleItem();
        var (first, second) = (store.Manifest[0], store.Manifest[1]);

        (await RefusalAsync(Stored(file, first), Relayed(first) with { Id = second.Id }, store.Id)).ShouldContain(first.Id.ToChunkId());
        (await RefusalAsync(Stored(file, first), Relayed(first), store.Id with { RecordingId = "another" })).ShouldContain("another");
        (await RefusalAsync(Stored(file, first)[..^1], Relayed(first), store.Id)).ShouldContain($"{first.ByteSize + MessageHeader.Size - 1} bytes");
        (await RefusalAsync(Stored(file, first), Relayed(first) with { ByteSize = first.ByteSize - 1 }, store.Id)).ShouldContain($"{first.ByteSize + MessageHeader.Size} bytes");
        (await RefusalAsync(new byte[64], Relayed(first) with { ByteSize = 64 - MessageHeader.Size }, store.Id)).ShouldContain("kind 0");
    }

    [Fact]
    public async Task A_chunk_whose_message_gives_it_another_id_goes_by_the_id_in_its_own_metadata()
    {
        var file = SampleLayer.Write(WriterProfile.V1);
        var store = (await Recording.OpenAsync(file)).Contents.Recordings.Single();
        var (entry, other) = (store.Manifest[0], store.Manifest[1]);
        var today = Fields(Stored(file, entry)[MessageHeader.Size..]);
        var renamed = AsStored(output => Write(output, new(today) { [ChunkIdField] = Fields(Stored(file, other)[MessageHeader.Size..])[ChunkIdField] }));
        var relayed = Relayed(entry) with { ByteOffset = MessageHeader.Size, ByteSize = renamed.Length - MessageHeader.Size };

        Fields(ChunkRelay.Message(renamed, relayed, store.Id)).ShouldBe(today);
        (await ChunkRelay.CheckAsync(new MemoryBytes(renamed), relayed, store.Id, TestContext.Current.CancellationToken)).ShouldBeFalse();
        Should.Throw<RrdFormatException>(() => ChunkRelay.Message(renamed, relayed with { Id = new Tuid(7, 7) }, store.Id)).Found.ShouldBe(entry.Id.ToChunkId());
    }

    [Fact]
    public async Task A_large_chunk_is_checked_by_what_stands_around_its_payload()
    {
        var values = new double[100_000];
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1 with { UseLz4 = false });
        writer.SetStoreInfo(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1));
        writer.WriteChunk(SampleLayer.Store, ChunkBuilder.SendStatic(new Tuid(2, 1), new Tuid(2, 2), EntityPath.Parse("/a"), ChunkBuilder.Scalars(values, values.Length)));
        writer.Finish().ShouldBeNull();
        var source = new CountedBytes(output.WrittenSpan.ToArray());
        var store = (await RrdReader.OpenAsync(source, TestContext.Current.CancellationToken)).Contents.Recordings.Single();
        var read = source.Read;

        (await ChunkRelay.CheckAsync(source, Relayed(store.Manifest[0]), store.Id, TestContext.Current.CancellationToken)).ShouldBeTrue();

        (source.Read - read).ShouldBeLessThan(10_000);
    }

    [Fact]
    public async Task A_chunk_of_an_alpha_build_may_not_be_sent_as_it_lies_there()
    {
        var file = SampleLayer.Write(WriterProfile.V1);
        var store = (await Recording.OpenAsync(file)).Contents.Recordings.Single();
        var stored = AsAlpha(Fields(Stored(file, store.Manifest[0])[MessageHeader.Size..]));
        var entry = Relayed(store.Manifest[0]) with { ByteOffset = MessageHeader.Size, ByteSize = stored.Length - MessageHeader.Size };

        (await ChunkRelay.CheckAsync(new MemoryBytes(stored), entry, store.Id, TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task No_bytes_in_the_place_of_a_chunk_do_harm()
    {
        var file = SampleLayer.Write(WriterProfile.V1);
        var store = (await Recording.OpenAsync(file)).Contents.Recordings.Single();
        var stored = Stored(file, store.Manifest[0]).ToArray();
        var random = new Random(1);
        for (var k = 0; k < 2_000; k++)
        {
            byte[] broken = [.. stored];
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
            }

            await OutcomeAsync(broken, Relayed(store.Manifest[0]), store.Id);
        }
    }

    private static RelayedEntry Relayed(ChunkEntry entry) => new(entry.Id, entry.IsStatic, entry.ByteOffset, entry.ByteSize);

    /// <summary>Read whole it is refused, and without its payload nobody is told to send it.</summary>
    private static async Task<string> RefusalAsync(ReadOnlyMemory<byte> stored, RelayedEntry entry, StoreId store)
    {
        var whole = await OutcomeAsync(stored, entry, store);
        whole.ShouldNotBeEmpty();
        return whole;
    }

    /// <returns>Empty where it may be sent.</returns>
    private static async Task<string> OutcomeAsync(ReadOnlyMemory<byte> stored, RelayedEntry entry, StoreId store)
    {
        var (whole, parts, mayLieThere) = ("", "", false);
        try
        {
            ChunkRelay.Message(stored, entry, store);
        }
        catch (RrdFormatException e)
        {
            whole = $"{e.Expected}, {e.Found}";
        }

        try
        {
            mayLieThere = await ChunkRelay.CheckAsync(new MemoryBytes(stored), entry with { ByteOffset = MessageHeader.Size }, store, TestContext.Current.CancellationToken);
        }
        catch (RrdFormatException e)
        {
            parts = $"{e.Expected}, {e.Found}";
        }

        (whole.Length > 0 && mayLieThere).ShouldBeFalse($"{whole} / may be sent as it lies there");
        (whole.Length == 0 && parts.Length > 0).ShouldBeFalse($"may be sent / {parts}");
        return whole;
    }

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
        return AsStored(output => Write(output, new()
        {
            [1] = Convert.ToHexString([0x08, byte.Parse(store[1]), 0x12, (byte)(store[2].Length / 2), .. Convert.FromHexString(store[2])]),
            [2] = $"{ulong.Parse(today[2]) - 1}",
            [3] = today[3],
            [4] = today[4],
            [AlphaPayloadField] = today[PayloadField],
        }));
    }

    private static void Write(CodedOutputStream output, Dictionary<int, string> fields)
    {
        foreach (var (number, value) in fields)
        {
            if (number is 1 or 5 or ChunkIdField or 1000)
            {
                output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Convert.FromHexString(value)));
            }
            else
            {
                output.WriteTag(number, WireFormat.WireType.Varint);
                output.WriteUInt64(ulong.Parse(value));
            }
        }
    }

    private static byte[] AsStored(Action<CodedOutputStream> write)
    {
        using var message = new MemoryStream();
        var output = new CodedOutputStream(message);
        write(output);
        output.Flush();
        var stored = new byte[MessageHeader.Size + message.Length];
        new MessageHeader((ulong)MessageKind.ArrowMsg, (ulong)message.Length).Write(stored);
        message.ToArray().CopyTo(stored, MessageHeader.Size);
        return stored;
    }
}
