namespace Strata.Cli.Tests;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("http://0.0.0.0:51234", "http://127.0.0.1:51234")]
    [InlineData("http://[::]:51234", "http://[::1]:51234")]
    [InlineData("http://127.0.0.1:51234", "http://127.0.0.1:51234")]
    [InlineData("http://192.168.1.7:51234", "http://192.168.1.7:51234")]
    public void A_server_on_any_address_is_called_on_loopback(string listening, string called) => ServerPort.ReachableHere(listening).ShouldBe(called);
}
