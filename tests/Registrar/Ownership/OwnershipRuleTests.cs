namespace Strata.Registrar.Tests;

public sealed class OwnershipRuleTests
{
    private static readonly Guid Mine = Guid.Parse("019ac4f2-7b1e-7c00-8000-000000000001");
    private static readonly Guid Other = Guid.Parse("019ac4f2-7b1e-7c00-8000-000000000002");

    /// <summary>log, store: <c>-</c> none, <c>mine</c>, <c>other</c>, <c>pending</c>, <c>damaged</c>; the log names copies, the store holds files, it holds some that are named, the log is shared.</summary>
    [Theory]
    [InlineData("mine", "mine", false, false, false, "One")]
    [InlineData("pending", "mine", false, false, false, "Finish")]
    [InlineData("mine", "other", false, false, false, "Anothers")]
    [InlineData("mine", "damaged", false, false, false, "Anothers")]
    [InlineData("pending", "other", false, false, false, "Anothers")]
    [InlineData("-", "other", false, false, false, "Anothers")]
    [InlineData("-", "-", false, false, false, "Claim")]
    [InlineData("-", "-", true, true, true, "Claim")]
    [InlineData("-", "-", true, true, false, "WithoutCopies")]
    [InlineData("-", "-", true, false, false, "WithoutCopies")]
    [InlineData("-", "-", false, true, false, "OfNobody")]
    [InlineData("pending", "-", false, false, false, "Claim")]
    [InlineData("pending", "-", true, true, true, "Claim")]
    [InlineData("pending", "-", true, false, false, "WithoutCopies")]
    [InlineData("mine", "-", true, false, false, "NotTheOne")]
    [InlineData("mine", "-", true, true, true, "NotTheOne")]
    [InlineData("mine", "-", false, true, false, "NotTheOne")]
    [InlineData("mine", "-", false, false, false, "NotTheOne", "Claim")]
    public void Each_case_has_its_verdict(string log, string store, bool named, bool files, bool held, string shared, string? alone = null)
    {
        Judge(isLogShared: true).ShouldBe(Enum.Parse<OwnershipVerdict>(shared));
        Judge(isLogShared: false).ShouldBe(Enum.Parse<OwnershipVerdict>(alone ?? shared));

        OwnershipVerdict Judge(bool isLogShared) => OwnershipRule.Judge(new(LogOf(log), StoreOf(store), named, files, held, isLogShared));
    }

    [Theory]
    [InlineData("mine")]
    [InlineData("pending")]
    public void What_the_log_remembers_is_read_as_it_was_written(string log)
    {
        LogLabel.Parse(LogOf(log)!.ToString()).ShouldBe(LogOf(log));
        LogLabel.Parse(null).ShouldBeNull();
        Should.Throw<InvalidOperationException>(() => LogLabel.Parse("of whom?")).Message.ShouldContain("found 'of whom?'");
    }

    [Theory]
    [InlineData("mine", "other", "those of this log: expected the id 019ac4f2-7b1e-7c00-8000-000000000001 that the log has, found the id 019ac4f2-7b1e-7c00-8000-000000000002")]
    [InlineData("mine", "damaged", "found something that is no id in recordings/store.id")]
    [InlineData("-", "other", "belong to another catalog")]
    [InlineData("mine", "-", "lie elsewhere")]
    public void Each_refusal_says_what_was_expected_and_found_where_and_what_to_do(string log, string store, string words)
    {
        var found = new OwnershipFacts(LogOf(log), StoreOf(store), true, false, false, IsLogShared: true);

        var refused = OwnershipWords.Explain(OwnershipRule.Judge(found), found, "/place", "the log");

        refused.Message.ShouldContain(words);
        refused.Message.ShouldContain("/place");
        refused.Next.ShouldContain("Strata__Recordings__Folder");
        refused.Next.ShouldContain("strata recordings adopt");
    }

    private static LogLabel? LogOf(string word) => word switch { "-" => null, "pending" => new(Mine, IsPending: true), _ => new(StoreOf(word)!.Value, IsPending: false) };

    private static Guid? StoreOf(string word) => word switch { "-" => null, "mine" => Mine, "other" => Other, _ => Guid.Empty };
}
