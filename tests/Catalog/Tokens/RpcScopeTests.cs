using Strata.Catalog.Access;
using Strata.Catalog.Protocol;
using Strata.Contracts;

namespace Strata.Catalog.Tests.Tokens;

public sealed class RpcScopeTests
{
    /// <summary>A new RPC must be put somewhere on purpose.</summary>
    [Fact]
    public void Only_these_rpcs_need_the_scope_admin() =>
        ServiceReflection.Descriptor.Services.Single().Methods.Select(m => m.Name).Where(m => RpcScopes.Of(m) == AccessScope.Admin).Order(StringComparer.Ordinal)
            .ShouldBe(["DeleteEntry", "DoGlobalMaintenance", "DoMaintenance", "UpdateEntry"]);

    [Fact]
    public void No_rpc_that_changes_something_is_open_to_readers() =>
        ServiceReflection.Descriptor.Services.Single().Methods.Select(m => m.Name).Where(m => RpcScopes.Of(m) == AccessScope.Read)
            .ShouldAllBe(m => new[] { "Get", "Scan", "Read", "Find", "Query", "Fetch", "Watch", "Version", "WhoAmI", "DoBandwidthTest" }.Any(verb => m.StartsWith(verb, StringComparison.Ordinal)));

    [Fact]
    public void An_unknown_rpc_needs_admin() => RpcScopes.Of("DropEverything").ShouldBe(AccessScope.Admin);
}
