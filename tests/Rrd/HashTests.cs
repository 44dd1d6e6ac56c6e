using System.Text;

namespace Strata.Rrd.Tests;

public class HashTests
{
    [Theory]
    [InlineData("", 0x2A973671u)]
    [InlineData("abc", 0xDF14A809u)]
    public void The_footers_checksum_is_the_published_XXH32(string text, uint checksum) => StreamFooter.ChecksumOf(Encoding.UTF8.GetBytes(text)).ShouldBe(checksum);

    [Fact]
    public void The_footers_checksum_of_whole_stripes_is_the_published_XXH32() =>
        StreamFooter.ChecksumOf([.. Enumerable.Range(0, 32).Select(value => (byte)value)]).ShouldBe(0x00BC0D21u);
}
