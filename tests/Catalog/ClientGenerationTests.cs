namespace Strata.Catalog.Tests;

public sealed class ClientGenerationTests
{
    [Theory]
    [InlineData("rerun-py/0.36.2", true)]
    [InlineData("rerun-py/0.40.9", true)]
    [InlineData("my/tool/0.23.1", true)]
    [InlineData("rerun-py/0.41.0", false)]
    [InlineData("rerun-web/0.41.0-rc.1", false)]
    [InlineData("rerun/1.0.0", false)]
    [InlineData("0.36.2", true)]
    [InlineData("rerun", false)]
    [InlineData("rerun/", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_a_known_version_before_0_41_is_an_old_client(string? client, bool isOld) => ClientGeneration.Parse(client).IsOld.ShouldBe(isOld);
}
