using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Strata.Cli;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// What a server opens depends on who can reach it. That no path escapes a root by dots, links or other schemes is tested where paths are resolved
/// (<c>LocalRecordingStoreTests.Rule_12_…</c>). Source: DESIGN rule 12.
/// </summary>
public sealed class OpenedPlacesTests : IDisposable
{
    private const int Patience = 60_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-places-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("127.0.0.1:0", false, true)]
    [InlineData("127.0.0.7:51234", false, true)]
    [InlineData("[::1]:51234", false, true)]
    [InlineData("127.0.0.1:0", true, false)]
    [InlineData("0.0.0.0:51234", false, false)]
    [InlineData("[::]:51234", false, false)]
    [InlineData("192.0.2.7:51234", false, false)]
    public void Rule_12_only_a_server_on_loopback_that_asks_nobody_for_a_token_opens_any_local_path(string listen, bool requireTokens, bool any)
    {
        var roots = string.Join(Path.PathSeparator, Path.Combine(_folder, "a"), Path.Combine(_folder, "b"));
        var settings = new HostSettings(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Strata:Recordings:Roots"] = roots, ["Strata:Recordings:ReferenceRoots"] = Path.Combine(_folder, "c") }).Build(),
            Verbose: false);

        var options = ServeOptions.Default with { Listen = IPEndPoint.Parse(listen), Tokens = requireTokens ? TokenUse.Always : TokenUse.ElsewhereThanLoopback };

        var allowed = StrataServer.AllowedRoots(options, settings);

        allowed.HasValue.ShouldBe(!any);
        if (allowed is { } folders)
        {
            folders.ShouldBe([Path.Combine(_folder, "a"), Path.Combine(_folder, "b"), Path.Combine(_folder, "c")]);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Rule_12_what_lies_outside_the_roots_fails_by_name_and_the_rest_of_the_call_is_registered()
    {
        var (inside, outside) = (SmallRecordings.Write(Path.Combine(_folder, "inside"), "in", 0.1), SmallRecordings.Write(Path.Combine(_folder, "outside"), "out", 0.1));
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker, allowedRoots: [Path.Combine(_folder, "inside")]);

        var answer = await strata.RegisterAsync("arms", [inside, outside, Path.Combine(_folder, "inside", "..", "outside", Path.GetFileName(outside))], wait: true);

        answer.Recordings.Select(r => r.Status).ShouldBe(["registered", "failed", "failed"]);
        answer.Recordings[1].Reason!.ShouldContain("outside the folders that this server may open");
    }

    [Fact(Timeout = Patience)]
    public async Task Rule_12_no_address_on_the_network_is_ever_called()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/a.rrd";
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker);

        var answer = await strata.RegisterAsync("arms", [url], wait: true);

        answer.Recordings.ShouldHaveSingleItem().Status.ShouldBe("failed");
        answer.Recordings[0].Reason!.ShouldContain("scheme 'http'");
        listener.Pending().ShouldBeFalse();
        (await strata.EventsAsync()).ShouldBeEmpty();
    }
}
