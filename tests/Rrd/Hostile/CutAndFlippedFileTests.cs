namespace Strata.Rrd.Tests.Hostile;

/// <summary>Every small file, cut at each byte and with each byte flipped.</summary>
public class CutAndFlippedFileTests
{
    public static TheoryData<string> SmallFiles => [.. Recording.Fixtures()];

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public async Task Cut_at_any_byte_it_is_refused_or_gives_chunks_that_are_whole(string name)
    {
        var bytes = Recording.Fixture(name);
        var all = await WholeFile.ReadAsync(bytes);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            int? chunks = null;
            await Probe.MeasureAsync(length, async () => chunks = await WholeFile.ReadAsync(cut), $"{name} cut at {length}");
            (chunks is null).ShouldBe(length < StreamHeader.Size, $"{name} cut at {length}");
            (chunks ?? 0).ShouldBeLessThanOrEqualTo(all ?? 0, $"{name} cut at {length}");
        }
    }

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public async Task With_any_byte_flipped_it_is_refused_or_read(string name)
    {
        var bytes = Recording.Fixture(name);
        for (var position = 0; position < bytes.Length; position++)
        {
            bytes[position] ^= 0xFF;
            await Probe.MeasureAsync(bytes.Length, () => WholeFile.ReadAsync(bytes), $"{name} flipped at {position}");
            bytes[position] ^= 0xFF;
        }
    }

    [Fact]
    public async Task With_any_bit_of_its_headers_flipped_it_is_refused_or_read()
    {
        var bytes = Recording.Fixture("F1.rrd");
        foreach (var position in HeaderBytes(bytes))
        {
            for (var bit = 0; bit < 8; bit++)
            {
                bytes[position] ^= (byte)(1 << bit);
                await Probe.MeasureAsync(bytes.Length, () => WholeFile.ReadAsync(bytes), $"bit {bit} of {position}");
                bytes[position] ^= (byte)(1 << bit);
            }
        }
    }

    private static IEnumerable<int> HeaderBytes(byte[] file)
    {
        var starts = new List<(int At, int Size)> { (0, StreamHeader.Size), (file.Length - StreamFooter.Size, StreamFooter.Size) };
        var at = StreamHeader.Size;
        foreach (var (_, payload) in FileParts.Of(file).Messages)
        {
            starts.Add((at, MessageHeader.Size));
            at += MessageHeader.Size + payload.Length;
        }
        return starts.SelectMany(header => Enumerable.Range(header.At, header.Size));
    }
}
