using Microsoft.Extensions.Configuration;
using Strata.Catalog.Tokens;
using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class HostSettingsTests
{
    [Theory]
    [InlineData("00:00:05", 5_000)]
    [InlineData("00:00:00.010", 10)]
    [InlineData("1.00:00:00", 86_400_000)]
    public void The_sweep_of_the_workers_can_be_set(string text, int milliseconds) => With(("Strata:Workers:SweepEvery", text)).SweepEvery.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void What_is_not_set_is_left_to_the_workers(string? text) => With(("Strata:Workers:SweepEvery", text)).SweepEvery.ShouldBeNull();

    [Theory]
    [InlineData("soon")]
    [InlineData("00:00:00")]
    [InlineData("-00:00:05")]
    [InlineData("2.00:00:00")]
    public void A_sweep_that_cannot_be_is_refused_with_the_setting_what_was_expected_and_what_was_found(string text)
    {
        var refused = Should.Throw<OperationException>(() => With(("Strata:Workers:SweepEvery", text)).SweepEvery);

        refused.Message.ShouldContain("Strata:Workers:SweepEvery: expected a time");
        refused.Message.ShouldContain($"found '{text}'");
    }

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

    private static HostSettings With(params (string Key, string? Value)[] values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, v.Value))).Build(), Verbose: false);
}
