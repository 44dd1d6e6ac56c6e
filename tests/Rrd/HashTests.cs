using System.Text;

namespace Strata.Rrd.Tests;

public class HashTests
{
    [Theory]
    [InlineData("", 7850921u, 0x2A973671u)]
    [InlineData("abc", 7850921u, 0xDF14A809u)]
    [InlineData("", 0u, 0x02CC5D05u)]
    [InlineData("a", 0u, 0x550D7456u)]
    [InlineData("Nobody inspects the spammish repetition", 0u, 0xE2293B2Fu)]
    public void XXH32_gives_the_published_values(string text, uint seed, uint hash) => XxHash32.Hash(Encoding.UTF8.GetBytes(text), seed).ShouldBe(hash);

    [Fact]
    public void XXH32_of_32_bytes_uses_whole_stripes() =>
        StreamFooter.ChecksumOf([.. Enumerable.Range(0, 32).Select(value => (byte)value)]).ShouldBe(0x00BC0D21u);

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999UL)]
    [InlineData("my.app", 0xf9a78563170ec742UL)]
    [InlineData("my/application", 0xaf2f6f2b54c6db26UL)]
    [InlineData("Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1UL)]
    public void XXH64_gives_the_published_values(string text, ulong hash) => XxHash64.Hash(Encoding.UTF8.GetBytes(text), 0).ShouldBe(hash);
}
