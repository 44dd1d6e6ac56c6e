using Strata.Contracts;

namespace Strata.Web.Tests;

/// <summary>Who may speak for a robot.</summary>
public sealed class AskerTests
{
    [Fact]
    public void A_robot_s_token_speaks_for_that_robot() => Of("arm-01", new ScopeGrant(AccessScope.Register, "fleet")).AsRobot("arm-01").ShouldBe(new EventSource("robot", "arm-01"));

    [Fact]
    public void A_robot_s_token_speaks_for_no_other_one()
    {
        var refused = Should.Throw<OperationException>(() => Of("arm-01", new ScopeGrant(AccessScope.Register, null)).AsRobot("arm-02"));

        refused.Code.ShouldBe(OperationErrors.Forbidden);
        refused.Message.ShouldContain("the token is of 'arm-01', not of 'arm-02'");
        refused.Next.ShouldBe("strata token create --register --subject arm-02 makes one for it");
    }

    [Fact]
    public void Who_may_do_everything_with_one_dataset_is_no_robot() =>
        Should.Throw<OperationException>(() => Of("jane", new ScopeGrant(AccessScope.Admin, "fleet")).AsRobot("arm-01")).Code.ShouldBe(OperationErrors.Forbidden);

    [Fact]
    public void Where_no_token_is_needed_and_of_whoever_may_do_everything_the_request_s_word_is_taken()
    {
        Asker.Here.AsRobot("arm-01").Who.ShouldBe("arm-01");
        Of("jane", new ScopeGrant(AccessScope.Admin, null)).AsRobot("arm-01").Who.ShouldBe("arm-01");
    }

    [Theory]
    [InlineData("")]
    [InlineData("arm\0")]
    public void What_is_no_name_is_no_robot(string name) => Should.Throw<OperationException>(() => Asker.Here.AsRobot(name)).Code.ShouldBe(OperationErrors.Invalid);

    private static Asker Of(string subject, params ScopeGrant[] grants) => Asker.OverHttp(new CallerAccess(subject, [.. grants]), userAgent: null, "POST /here");
}
