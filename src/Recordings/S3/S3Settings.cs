namespace Strata.Recordings;

/// <summary>An S3-compatible object store and how to speak with it.</summary>
/// <param name="Endpoint">Null: Amazon's own, of <paramref name="Region"/>.</param>
/// <param name="Region">Null: as the environment says; with an endpoint of its own, <c>us-east-1</c>, which most servers take for any.</param>
/// <param name="AccessKey">Null, like <paramref name="SecretKey"/>: Amazon's own chain of credentials (environment, profile, role of the machine).</param>
/// <param name="UsesPathStyle">The bucket's name stands in the path and not in the host: so do most servers but Amazon's.</param>
public sealed record S3Settings(Uri? Endpoint, string? Region, string? AccessKey, string? SecretKey, bool UsesPathStyle)
{
    /// <summary>As errors name it; holds no secret.</summary>
    public string Name => Endpoint is { } endpoint ? endpoint.GetLeftPart(UriPartial.Authority) : $"Amazon S3 ({Region ?? "region of the environment"})";

    /// <summary>Nobody's secret is printed with the settings.</summary>
    public override string ToString() => Name;
}
