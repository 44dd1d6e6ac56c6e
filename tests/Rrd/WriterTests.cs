using System.Buffers;
using System.Security.Cryptography;

namespace Strata.Rrd.Tests;

public class WriterTests
{
    private static readonly StoreId Store = StoreId.Recording("demo_app", "demo_rec");

    [Theory]
    [InlineData("F1.rrd", "e49b2b67bcd23993fa471d6989809c609f1d0d0076dad3ff63a576b0bd493210")]
    public async Task The_specifications_file_is_written_again_byte_for_byte(string name, string sha256)
    {
        var original = Recording.Fixture(name);
        var reader = await Recording.OpenAsync(original);
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1 with { UseLz4 = false });
        writer.SetStoreInfo(Store, StoreSource.Other("C#"), new Tuid(0x18B0AA9FA7000000, 0x6952B7C6BB9F0000));
        foreach (var chunk in await reader.ChunksAsync())
        {
            writer.WriteChunk(Store, chunk);
        }
        writer.Finish().ShouldBeNull();
        output.WrittenSpan.CommonPrefixLength(original).ShouldBe(original.Length, "the first byte that differs");
        Convert.ToHexStringLower(SHA256.HashData(output.WrittenSpan)).ShouldBe(sha256);
    }
}
