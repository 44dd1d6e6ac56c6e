using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Strata.Contracts.Tests;

public sealed class IdFacts
{
    private static readonly DatasetId Dataset = DatasetId.Parse("0123456789abcdef0123456789abcdef");
    private static readonly Sha256Digest One = Sha256Digest.Of("one"u8);
    private static readonly Sha256Digest Two = Sha256Digest.Of("two"u8);

    [Fact]
    public void A_new_dataset_id_is_32_digits_and_sorts_after_an_older_one()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => DatasetId.New()).ToArray();
        ids.ShouldBeUnique();
        ids.ShouldAllBe(id => DatasetId.Parse(id.Value) == id);
        (ids[0].Value[..8].CompareTo(ids[^1].Value[..8]) <= 0).ShouldBeTrue();
        (Dataset < ids[0] || Dataset >= ids[0]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef-123456789abcdef")]
    public void A_dataset_id_of_another_form_is_refused_with_what_was_found(string text) =>
        Should.Throw<FormatException>(() => DatasetId.Parse(text)).Message.ShouldContain($"'{text}'");

    [Fact]
    public void A_digest_is_that_of_SHA_256()
    {
        Sha256Digest.Of([]).Value.ShouldBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        Sha256Digest.FromBytes(One.ToBytes()).ShouldBe(One);
        Sha256Digest.Parse(One.Value).ShouldBe(One);
    }

    [Fact]
    public void A_digest_of_another_form_is_refused()
    {
        Should.Throw<FormatException>(() => Sha256Digest.FromBytes(new byte[31])).Message.ShouldContain("found 31");
        Should.Throw<FormatException>(() => Sha256Digest.Parse(One.Value[1..]));
        Should.Throw<FormatException>(() => Sha256Digest.Parse(One.Value.ToUpperInvariant()));
    }

    [Fact]
    public void A_work_id_changes_with_each_of_its_parts()
    {
        Sha256Digest[] ids =
        [
            WorkIds.Of(Dataset, "s", "r", 1, [new("base", One)]),
            WorkIds.Of(DatasetId.Parse("1123456789abcdef0123456789abcdef"), "s", "r", 1, [new("base", One)]),
            WorkIds.Of(Dataset, "t", "r", 1, [new("base", One)]),
            WorkIds.Of(Dataset, "s", "q", 1, [new("base", One)]),
            WorkIds.Of(Dataset, "s", "r", 2, [new("base", One)]),
            WorkIds.Of(Dataset, "s", "r", 1, [new("labels", One)]),
            WorkIds.Of(Dataset, "s", "r", 1, [new("base", Two)]),
            WorkIds.Of(Dataset, "s", "r", 1, []),
            WorkIds.Of(Dataset, "s", "r", 1, [new("base", One), new("labels", Two)]),
            WorkIds.Of(Dataset, "sr", "", 1, [new("base", One)]),
        ];
        ids.ShouldBeUnique();
    }

    [Fact]
    public void A_work_id_is_the_same_for_ever() =>
        WorkIds.Of(Dataset, "segment ä", "tracking_error", 2, [new("base", One)]).Value
            .ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
                Encoding.UTF8.GetBytes($"{Dataset.Value}\0segment ä\0tracking_error\02\0base\0{One.Value}\0"))));

    [Fact]
    public void Streams_of_different_things_have_different_names()
    {
        string[] names = [StreamIds.Dataset(Dataset), StreamIds.Segment(Dataset, ""), StreamIds.Segment(Dataset, "a"), StreamIds.Evaluation(Dataset, "a"), StreamIds.Quarantine(One)];
        names.ShouldBeUnique();
        StreamIds.Segment(Dataset, "a/b").ShouldBe($"segment-{Dataset.Value}-a/b");
    }

    [Fact]
    public void A_name_is_allowed_or_refused_and_never_throws() =>
        Prop.ForAll<string>(text =>
        {
            _ = Names.RefuseId("segment", text ?? "");
            return Names.RefuseEntryName(text ?? "") is null == (text is { Length: > 0 and <= Names.MaxEntryNameBytes } && text.All(c => char.IsAsciiLetterOrDigit(c) || " _-.:[]".Contains(c)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_entry_id_is_printed_half_in_upper_case_and_names_its_companions()
    {
        var id = DatasetId.Parse("18ea7d8f74bb0bcc7e76773957320f91");
        EntryIdText.Of(id).ShouldBe("18EA7D8F74BB0BCC7e76773957320f91");
        (EntryIdText.BlueprintName(id), EntryIdText.AssetName(id)).ShouldBe(("__bp_18EA7D8F74BB0BCC7e76773957320f91", "__as_18EA7D8F74BB0BCC7e76773957320f91"));
        (EntryIdText.IsCompanionName("__bp_x"), EntryIdText.IsCompanionName("__as_x"), EntryIdText.IsCompanionName("__entries")).ShouldBe((true, true, false));
    }
}
