using FsCheck;
using FsCheck.Fluent;

namespace Strata.Rrd.Tests;

public class EntityPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("", "/")]
    [InlineData("a/b", "/a/b")]
    [InlineData("//a///b/", "/a/b")]
    [InlineData(@"/b.c/d\ e", @"/b.c/d\ e")]
    [InlineData("/with space", @"/with\ space")]
    [InlineData(@"/q\q", "/qq")]
    [InlineData(@"/a\/b", @"/a\/b")]
    [InlineData("/größe/Ω1", "/größe/Ω1")]
    [InlineData(@"/\u{1F916}", @"/\u{1F916}")]
    [InlineData(@"/\u{00B0}", @"/\u{00B0}")]
    [InlineData("/a\nb", @"/a\nb")]
    [InlineData("/__properties/x", @"/__properties/x")]
    public void Text_is_read_forgivingly_and_written_canonically(string text, string canonical) => EntityPath.Parse(text).ToString().ShouldBe(canonical);

    [Fact]
    public void Equality_is_on_unescaped_parts()
    {
        EntityPath.Parse(@"/my\ prop").ShouldBe(EntityPath.FromParts("my prop"));
        EntityPath.Parse(@"/a\/b").ShouldNotBe(EntityPath.Parse("/a/b"));
        EntityPath.Parse("/a/b").Parts.ShouldBe(["a", "b"]);
        EntityPath.Parse("/a/b").StartsWith(EntityPath.Parse("/a")).ShouldBeTrue();
        EntityPath.Parse("/ab").StartsWith(EntityPath.Parse("/a")).ShouldBeFalse();
    }

    [Fact]
    public void A_symbol_beyond_the_basic_plane_is_written_raw_into_files()
    {
        var path = EntityPath.FromParts("🤖");
        path.ToWireText().ShouldBe("/🤖");
        EntityPath.Parse(path.ToWireText()).ShouldBe(path);
    }

    [Fact]
    public void Any_part_survives_writing_and_reading() => Prop.ForAll<NonEmptyString[]>(parts =>
    {
        var valid = parts.Select(part => part.Get).Where(IsWellFormed).ToArray();
        var path = EntityPath.FromParts(valid);
        return EntityPath.Parse(path.ToString()).Equals(path) && EntityPath.Parse(path.ToWireText()).Equals(path);
    }).QuickCheckThrowOnFailure();

    // Lone surrogates cannot be written as UTF-8 at all.
    private static bool IsWellFormed(string text) => !text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);
}
