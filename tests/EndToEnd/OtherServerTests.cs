using System.Net;
using System.Net.Sockets;
using Strata.Cli;
using Strata.Publishing.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>Who starts the fleet of the demo beside another Strata is told that its robots are not seen there.</summary>
public sealed class OtherServerTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("strata-other-server-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task It_is_named_with_its_roles_and_the_command_that_shows_the_robots_in_it()
    {
        await using var server = await StrataServerProcess.StartAsync(_data, "--require-tokens", "--roles", "catalog,web");

        var words = await OtherServer.WordsAsync(server.Url, "demo-data", Token);

        words.ShouldNotBeNull().ShouldContain($"another Strata serves at {server.Url.GetLeftPart(UriPartial.Authority)} (");
        words.ShouldContain("catalog, ");
        words.ShouldContain("with its data in demo-data, and are not seen in that one. Next: where docker compose runs it, docker compose exec catalog strata demo --fleet; else");
    }

    [Fact]
    public async Task Of_a_port_that_nobody_or_another_program_has_nothing_is_said()
    {
        await using var other = await UploadServer.StartAsync();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();

        (await OtherServer.WordsAsync(other.Address, "demo-data", Token)).ShouldBeNull();
        (await OtherServer.WordsAsync(new($"http://127.0.0.1:{port}"), "demo-data", Token)).ShouldBeNull();
    }
}
