using System.Net;

namespace Strata.Cli.Tests;

public sealed class ServeOptionsTests
{
    [Theory]
    [InlineData("127.0.0.1:51234", "ElsewhereThanLoopback", false)]
    [InlineData("[::1]:51234", "ElsewhereThanLoopback", false)]
    [InlineData("0.0.0.0:51234", "ElsewhereThanLoopback", true)]
    [InlineData("[::]:51234", "ElsewhereThanLoopback", true)]
    [InlineData("192.168.1.7:51234", "ElsewhereThanLoopback", true)]
    [InlineData("127.0.0.1:51234", "Always", true)]
    [InlineData("0.0.0.0:51234", "Never", false)]
    public void Whoever_can_be_reached_from_elsewhere_asks_for_tokens(string listen, string use, bool required) =>
        (ServeOptions.Default with { Listen = IPEndPoint.Parse(listen), Tokens = Enum.Parse<TokenUse>(use) }).RequiresToken.ShouldBe(required);
}
