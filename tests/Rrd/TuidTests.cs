namespace Strata.Rrd.Tests;

public class TuidTests
{
    private static readonly Tuid Example = new(0x18B0AA9FA7000100, 0x6952B7C6BB9F0001);

    [Fact]
    public void The_text_is_upper_case_time_and_lower_case_increment()
    {
        Example.ToString().ShouldBe("18B0AA9FA70001006952b7c6bb9f0001");
        Example.ToChunkId().ShouldBe("chunk_18B0AA9FA70001006952b7c6bb9f0001");
        Example.ToRowId().ShouldBe("row_18B0AA9FA70001006952b7c6bb9f0001");
    }

    [Theory]
    [InlineData("chunk_18B0AA9FA70001006952b7c6bb9f0001")]
    [InlineData("18b0aa9fa70001006952B7C6BB9F0001")]
    public void Text_is_read_with_or_without_prefix_and_in_any_case(string text) => Tuid.Parse(text, Tuid.ChunkPrefix).ShouldBe(Example);

    [Theory]
    [InlineData("row_18B0AA9FA70001006952b7c6bb9f0001")]
    [InlineData("chunk_")]
    [InlineData("")]
    [InlineData("chunk_18B0AA9FA70001006952b7c6bb9f00010")]
    [InlineData("chunk_xyz")]
    public void Another_prefix_or_no_hex_number_is_refused(string text) => Tuid.TryParse(text, Tuid.ChunkPrefix, out _).ShouldBeFalse();

    [Fact]
    public void Order_is_that_of_the_bytes_and_the_bytes_are_big_endian()
    {
        var bytes = new byte[Tuid.Size];
        Example.WriteBigEndian(bytes);
        Convert.ToHexString(bytes).ShouldBe("18B0AA9FA70001006952B7C6BB9F0001");
        Tuid.ReadBigEndian(bytes).ShouldBe(Example);
        (Example.Next() > Example).ShouldBeTrue();
        (new Tuid(2, 0) > new Tuid(1, ulong.MaxValue)).ShouldBeTrue();
        new Tuid(7, ulong.MaxValue).Next(2).ShouldBe(new Tuid(7, 1));
    }
}
