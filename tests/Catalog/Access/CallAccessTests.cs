using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Access;

/// <summary>What handlers ask before they touch a dataset.</summary>
public sealed class CallAccessTests
{
    private static readonly CallAccess Registrar = new(new CallerAccess("robot-7", [new ScopeGrant(AccessScope.Register, "mine")]), "GetDatasetSchema");

    [Fact]
    public void A_dataset_of_the_token_passes_as_far_as_the_scope_goes()
    {
        Registrar.RequireRead("mine");
        Registrar.RequireRegister("mine");
        Registrar.CanRead("mine").ShouldBeTrue();

        Refusal(() => Registrar.RequireAdmin("mine")).ShouldBe("GetDatasetSchema needs 'admin:mine', and the token of 'robot-7' has register:mine");
    }

    [Fact]
    public void Another_dataset_and_what_belongs_to_none_do_not()
    {
        Registrar.CanRead("theirs").ShouldBeFalse();
        Refusal(() => Registrar.RequireRead("theirs")).ShouldBe("GetDatasetSchema needs 'read:(this dataset)', and the token of 'robot-7' has register:mine");
        Refusal(() => Registrar.RequireForAll(AccessScope.Read)).ShouldBe("GetDatasetSchema needs 'read', and the token of 'robot-7' has register:mine");
    }

    private static string Refusal(Action require)
    {
        var refused = Should.Throw<CatalogException>(require);
        refused.Code.ShouldBe(StatusCode.PermissionDenied);
        return refused.Message;
    }
}
