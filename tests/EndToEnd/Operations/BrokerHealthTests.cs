using System.Text.Json;
using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>Whatever a process does with the broker, it says when the broker is away, why, and when it is back.</summary>
public sealed class BrokerHealthTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IDisposable
{
    private const int Patience = 120_000;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-broker-health-").FullName;
    private readonly string _prefix = $"b{Guid.NewGuid():N}-";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory(Timeout = Patience)]
    [InlineData("relay")]
    [InlineData("workers")]
    [InlineData("registrar")]
    public async Task A_broker_that_goes_away_is_told_with_the_reason_and_so_is_its_return(string role)
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await using var proxy = new CuttingProxy(broker.Address!.Host, broker.Address.Port);
        await using var server = await ServeAsync(proxy, role);
        await UntilAsync(server, "broker", p => p.GetProperty("status").GetString() == "ok");

        await proxy.GoAwayAsync();

        var part = await UntilAsync(server, "broker", p => p.GetProperty("status").GetString() == "degraded");
        part.GetProperty("words").GetString()!.ShouldMatch($@"^the broker at 127\.0\.0\.1:{proxy.Port} does not answer since 20..-..-.. ..:..:..Z \(.+\): ");
        part.GetProperty("words").GetString()!.ShouldNotContain(broker.Address.UserInfo);
        await server.SaysAsync($"the broker at 127.0.0.1:{proxy.Port} does not answer");

        proxy.ComeBack();

        await UntilAsync(server, "broker", p => p.GetProperty("status").GetString() == "ok");
        await server.SaysAsync($"the broker at 127.0.0.1:{proxy.Port} answers again");
        foreach (var words in new[] { "does not answer (", "answers again" })
        {
            server.SaidByNow.Count(l => l.Contains($"bus: the broker at 127.0.0.1:{proxy.Port} {words}", StringComparison.Ordinal)).ShouldBe(1, string.Join('\n', server.SaidByNow));
        }
    }

    [Fact(Timeout = Patience)]
    public async Task The_relay_also_says_how_much_waits_to_be_published()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await using var proxy = new CuttingProxy(broker.Address!.Host, broker.Address.Port);
        await using var server = await ServeAsync(proxy, "relay,web");
        await UntilAsync(server, "broker", p => p.GetProperty("status").GetString() == "ok");
        await proxy.GoAwayAsync();
        await UntilAsync(server, "broker", p => p.GetProperty("status").GetString() == "degraded");

        await StrataProgram.JsonAsync(_data, 0, "dataset", "create", "arm");

        await UntilAsync(server, "broker", p => p.GetProperty("words").GetString() is { } words && words.Contains(" wait to be published", StringComparison.Ordinal));
        proxy.ComeBack();
        await UntilAsync(server, "broker", p => p.GetProperty("status").GetString() == "ok");
    }

    [Fact(Timeout = Patience)]
    public async Task All_queues_of_robots_that_are_not_taken_are_named()
    {
        await using var server = await StrataServerProcess.StartAsync(
            _data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = "amqp://arm:secret@127.0.0.1:1", ["Strata__Bus__Prefix"] = _prefix }, "--roles", "registrar");

        await UntilAsync(server, "robots", p => p.GetProperty("words").GetString() is { } words
            && words.Contains($"'{_prefix}strata-heartbeats'", StringComparison.Ordinal) && words.Contains($"'{_prefix}strata-robots'", StringComparison.Ordinal));
    }

    private Task<StrataServerProcess> ServeAsync(CuttingProxy proxy, string roles)
    {
        var address = new UriBuilder(broker.Address!) { Host = "127.0.0.1", Port = proxy.Port }.Uri;
        return StrataServerProcess.StartAsync(
            _data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = address.ToString(), ["Strata__Bus__Prefix"] = _prefix }, "--roles", roles);
    }

    private static async Task<JsonElement> UntilAsync(StrataServerProcess server, string name, Predicate<JsonElement> isSo)
    {
        using var http = new HttpClient();
        while (true)
        {
            using var response = await http.GetAsync(new Uri(server.Url, "/health?details"), Token);
            var report = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token));
            if (report.GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name) is var part && isSo(part))
            {
                return part;
            }

            await Task.Delay(20, Token);
        }
    }
}
