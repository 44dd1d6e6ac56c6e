using Grpc.Core;
using Strata.Contracts;

namespace Strata.Catalog.Access;

/// <summary>What the caller of one RPC may do; handlers ask it for the datasets that they touch, by name. Companions count as their dataset.</summary>
internal sealed class CallAccess(CallerAccess caller, string method)
{
    private const string UnnamedDataset = "(this dataset)";

    /// <summary>Null where no token is needed.</summary>
    public string? Subject => caller.Subject;

    public bool CanReadAny => caller.AllowsAnywhere(AccessScope.Read);

    public bool CanWriteAny => caller.AllowsAnywhere(AccessScope.Register);

    /// <summary>With all datasets, and what belongs to none.</summary>
    public bool Can(AccessScope scope) => caller.Allows(scope, null);

    /// <summary>For lists, which show only these.</summary>
    public bool CanRead(string dataset) => caller.Allows(AccessScope.Read, dataset);

    /// <summary>The datasets that the token names, by name; those of a right to all of them are not in it.</summary>
    public IEnumerable<string> NamedDatasets => caller.Grants.Items.Select(g => g.Dataset).OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>The least that the RPC needs, with this very dataset.</summary>
    /// <inheritdoc cref="RequireRead"/>
    public void RequireLeast(string dataset) => Require(RpcScopes.Of(method), dataset);

    /// <exception cref="CatalogException">PERMISSION_DENIED, with what is needed and what the caller has.</exception>
    public void RequireRead(string dataset) => Require(AccessScope.Read, dataset);

    /// <inheritdoc cref="RequireRead"/>
    public void RequireRegister(string dataset) => Require(AccessScope.Register, dataset);

    /// <inheritdoc cref="RequireRead"/>
    public void RequireAdmin(string dataset) => Require(AccessScope.Admin, dataset);

    /// <summary>For what belongs to no dataset, such as tables and global maintenance.</summary>
    /// <inheritdoc cref="RequireRead"/>
    public void RequireForAll(AccessScope scope) => Require(scope, null);

    private void Require(AccessScope scope, string? dataset)
    {
        if (!caller.Allows(scope, dataset))
        {
            // Who may not even see the dataset named it by its id, and does not learn its name.
            var isHidden = dataset is not null && !CanRead(dataset);
            throw new CatalogException(StatusCode.PermissionDenied, caller.Refusal(method, scope, isHidden ? UnnamedDataset : dataset));
        }
    }
}

internal static class CallAccessExtensions
{
    public static CallAccess Access(this ServerCallContext context) =>
        new(context.GetHttpContext().Features.Get<CallerAccess>() ?? CallerAccess.Unrestricted, context.Method.Split('/')[^1]);
}
