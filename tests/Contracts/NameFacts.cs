namespace Strata.Contracts.Tests;

public sealed class NameFacts
{
    [Theory]
    [InlineData("arm")]
    [InlineData("Cell 7_[a-b].c:d")]
    public void An_entry_name_of_the_allowed_characters_is_allowed(string name) => Names.RefuseEntryName(name).ShouldBeNull();

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a/b", "'/'")]
    [InlineData("ärm", "'ä'")]
    [InlineData("🦾", "'🦾'")]
    [InlineData("a\0b", "invalid character")]
    public void Another_entry_name_is_refused_with_the_reason(string name, string reason) =>
        Names.RefuseEntryName(name).ShouldNotBeNull().ShouldContain(reason);

    [Fact]
    public void An_entry_name_has_at_most_180_bytes()
    {
        Names.RefuseEntryName(new string('a', Names.MaxEntryNameBytes)).ShouldBeNull();
        Names.RefuseEntryName(new string('a', Names.MaxEntryNameBytes + 1)).ShouldNotBeNull().ShouldContain("got 181");
    }

    [Theory]
    [InlineData("ILIAD_50aee79f")]
    [InlineData("Größe / 🦾 \n")]
    public void Almost_any_text_may_be_an_id(string id) => Names.RefuseId("segment", id).ShouldBeNull();

    [Fact]
    public void An_id_has_at_most_1024_bytes_of_UTF_8()
    {
        Names.RefuseId("layer", new string('ä', Names.MaxIdBytes / 2)).ShouldBeNull();
        Names.RefuseId("layer", new string('ä', Names.MaxIdBytes / 2) + "a").ShouldNotBeNull().ShouldContain("1025");
    }

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("a\0b", "NUL")]
    public void An_id_that_no_store_could_keep_is_refused_by_name(string id, string reason) =>
        Names.RefuseId("layer", id).ShouldNotBeNull().ShouldContain(reason);

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_Unicode_text()
    {
        Names.RefuseId("layer", "a\ud83e").ShouldNotBeNull().ShouldContain("no Unicode text");
        Names.RefuseId("layer", "\udd16 a").ShouldNotBeNull().ShouldContain("no Unicode text");
    }
}
