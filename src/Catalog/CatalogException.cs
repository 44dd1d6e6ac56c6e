using System.Globalization;
using Grpc.Core;

namespace Strata.Catalog;

/// <summary>A call that cannot be done, in words for the caller. Clients match parts of some of them: they are as recorded. Source: catalog-protocol §1.11.</summary>
internal sealed class CatalogException(StatusCode code, string message) : Exception(message)
{
    public StatusCode Code { get; } = code;

    public static CatalogException InvalidArgument(string message) => new(StatusCode.InvalidArgument, message);

    public static CatalogException NotFound(string message) => new(StatusCode.NotFound, message);

    public static CatalogException AlreadyExists(string message) => new(StatusCode.AlreadyExists, message);

    public static CatalogException FailedPrecondition(string message) => new(StatusCode.FailedPrecondition, message);

    /// <param name="field">As <c>rerun.cloud.v1alpha1.X.field</c>.</param>
    public static CatalogException MissingField(string field) => InvalidArgument($"missing required field: '{field}'");

    public static CatalogException UnknownEnumerationValue(int value) => InvalidArgument($"unknown enumeration value {value.ToString(CultureInfo.InvariantCulture)}");
}
