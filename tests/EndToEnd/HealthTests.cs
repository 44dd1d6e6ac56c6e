using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Cli;

namespace Strata.EndToEnd.Tests;

/// <summary><c>/health</c> answers 200 when the server serves, and 503 with the reason when it does not.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private static readonly ServeOptions Options = ServeOptions.Default with { Listen = new IPEndPoint(IPAddress.Loopback, 0) };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-health-");
    private StrataServer? _server;

    private StrataServer Server => _server!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new HostSettings(new ConfigurationBuilder().Build(), Verbose: false);
        _server = await StrataServer.StartAsync(new DataDirectory(_folder.FullName), Options, settings, LogLevel.None, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Until_the_server_is_ready_health_says_starting_and_alive_says_alive()
    {
        (await GetAsync("/health")).ShouldBe((HttpStatusCode.ServiceUnavailable, "starting"));
        (await GetAsync("/alive")).ShouldBe((HttpStatusCode.OK, "alive"));

        await Server.BecomeReadyAsync(Options, Token);

        (await GetAsync("/health")).ShouldBe((HttpStatusCode.OK, "healthy"));
    }

    [Fact]
    public async Task Once_a_role_has_ended_by_itself_health_says_which_and_why_and_the_others_go_on()
    {
        await Server.BecomeReadyAsync(Options, Token);
        var failures = Server.Services.GetRequiredService<RoleFailures>();
        using var role = new RoleService("workers", _ => throw new InvalidDataException("the work list holds a letter"), failures, NullLogger<RoleService>.Instance);

        await role.StartAsync(Token);
        await role.ExecuteTask!;

        (await GetAsync("/health")).ShouldBe((HttpStatusCode.ServiceUnavailable, "workers: the work list holds a letter"));
        (await GetAsync("/alive")).ShouldBe((HttpStatusCode.OK, "alive"));
        (await GetAsync("/api/v1/datasets")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_role_that_is_told_to_stop_has_not_failed()
    {
        var failures = new RoleFailures();
        using var role = new RoleService("workers", token => Task.Delay(Timeout.InfiniteTimeSpan, token), failures, NullLogger<RoleService>.Instance);

        await role.StartAsync(Token);
        await role.StopAsync(Token);

        failures.Reason.ShouldBeNull();
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Server.Url) };
        using var response = await http.GetAsync(path, Token);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Token));
    }
}
