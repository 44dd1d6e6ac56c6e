namespace Strata.Contracts.Tests;

public sealed class AccessFacts
{
    [Theory]
    [InlineData("read", AccessScope.Read, null)]
    [InlineData("register:my_robot", AccessScope.Register, "my_robot")]
    [InlineData("admin:a:b [c]", AccessScope.Admin, "a:b [c]")]
    public void A_grant_is_read_as_it_is_written(string text, AccessScope scope, string? dataset)
    {
        ScopeGrant.TryParse(text).ShouldBe(new ScopeGrant(scope, dataset));
        new ScopeGrant(scope, dataset).ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("read:")]
    [InlineData("Read")]
    [InlineData("write")]
    [InlineData(":my_robot")]
    public void What_is_no_grant_is_none(string text) => ScopeGrant.TryParse(text).ShouldBeNull();

    [Theory]
    [InlineData("read", AccessScope.Read, "a", true)]
    [InlineData("read", AccessScope.Read, null, true)]
    [InlineData("read", AccessScope.Register, "a", false)]
    [InlineData("register", AccessScope.Read, "a", true)]
    [InlineData("register:a", AccessScope.Register, "a", true)]
    [InlineData("register:a", AccessScope.Register, "A", false)]
    [InlineData("register:a", AccessScope.Register, "b", false)]
    [InlineData("register:a", AccessScope.Register, null, false)]
    [InlineData("admin:a", AccessScope.Register, "a", true)]
    public void A_grant_covers_what_is_below_it_in_its_own_dataset(string grant, AccessScope scope, string? dataset, bool allowed) =>
        new CallerAccess("x", [ScopeGrant.TryParse(grant)!]).Allows(scope, dataset).ShouldBe(allowed);

    [Fact]
    public void Nobody_may_do_nothing_and_the_unrestricted_everything()
    {
        CallerAccess.Nobody.AllowsAnywhere(AccessScope.Read).ShouldBeFalse();
        CallerAccess.Unrestricted.Allows(AccessScope.Admin, null).ShouldBeTrue();
        CallerAccess.Unrestricted.Allows(AccessScope.Admin, "a").ShouldBeTrue();
    }
}
