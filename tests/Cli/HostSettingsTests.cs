using Microsoft.Extensions.Configuration;
using Strata.Catalog.Tokens;

namespace Strata.Cli.Tests;

public sealed class HostSettingsTests
{
    [Fact]
    public void Nothing_configured_is_cleartext_without_a_provider_and_without_other_origins()
    {
        var settings = With();

        settings.LoadCertificate().ShouldBeNull();
        settings.Oidc.ShouldBeNull();
        settings.RequireTokens.ShouldBeFalse();
        settings.AllowedOrigins.ShouldBeEmpty();
    }

    [Fact]
    public void Origins_are_separated_by_commas() =>
        With(("Strata:Cors:Origins", "https://a.example.org, *://*.b.example.org:*")).AllowedOrigins.ShouldBe(["https://a.example.org", "*://*.b.example.org:*"]);

    [Fact]
    public void A_provider_has_reruns_audience_unless_another_is_named()
    {
        With(("Strata:Tokens:Oidc:Issuer", "https://id.example.org")).Oidc.ShouldBe(new OidcIssuer(new Uri("https://id.example.org"), "redap"));
        With(("Strata:Tokens:Oidc:Issuer", "https://id.example.org"), ("Strata:Tokens:Oidc:Audience", "strata")).Oidc!.Audience.ShouldBe("strata");
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("false", false)]
    public void Tokens_can_be_required_by_configuration(string text, bool required) => With(("Strata:Tokens:Required", text)).RequireTokens.ShouldBe(required);

    private static HostSettings With(params (string Key, string Value)[] values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build(), Verbose: false);
}
