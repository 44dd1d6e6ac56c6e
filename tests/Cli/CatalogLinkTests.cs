namespace Strata.Cli.Tests;

public sealed class CatalogLinkTests
{
    [Theory]
    [InlineData("http://127.0.0.1:51234", null, "rerun+http://127.0.0.1:51234/dataset/1882")]
    [InlineData("https://[::1]:443/", "a b&c", "rerun+https://[::1]:443/dataset/1882?segment_id=a%20b%26c")]
    public void A_link_keeps_the_servers_scheme_and_escapes_the_segment(string server, string? segment, string link) =>
        CatalogLink.Of(server, "1882", segment).ShouldBe(link);
}
