using System.Text.Json;
using Strata.Bus.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>The part <c>robots</c> of <c>/health</c>: whether robots' messages are taken, since when, and what is in the way.</summary>
public sealed class RobotsHealthTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IDisposable
{
    private const int Patience = 120_000;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-robots-health-").FullName;
    private readonly string _prefix = $"h{Guid.NewGuid():N}-";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact(Timeout = Patience)]
    public async Task It_says_since_when_each_queue_is_taken()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await using var server = await ServeAsync(broker.Address!.ToString());

        var part = await UntilAsync(server, p => p.GetProperty("status").GetString() == "ok");

        part.GetProperty("words").GetString()!.ShouldSatisfyAllConditions(
            w => w.ShouldContain($"'{_prefix}strata-robots' is taken since 20"), w => w.ShouldContain($"'{_prefix}strata-heartbeats' is taken since 20"), w => w.ShouldNotContain("last trouble"));
    }

    [Fact(Timeout = Patience)]
    public async Task Without_a_broker_that_answers_it_says_what_happens_to_robots_messages_and_the_server_goes_on()
    {
        await using var server = await ServeAsync("amqp://arm:secret@127.0.0.1:1");

        var part = await UntilAsync(server, p => p.GetProperty("words").GetString()!.Contains("Z: ", StringComparison.Ordinal));

        part.GetProperty("status").GetString().ShouldBe("degraded");
        part.GetProperty("words").GetString()!.ShouldSatisfyAllConditions(
            w => w.ShouldContain("no messages of robots are taken from"), w => w.ShouldContain("127.0.0.1:1 since 20"), w => w.ShouldContain("they wait at the broker and in spools"), w => w.ShouldNotContain("secret"));
        part.GetProperty("next").GetString()!.ShouldContain("start the broker");
    }

    private Task<StrataServerProcess> ServeAsync(string address) =>
        StrataServerProcess.StartAsync(_data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = address, ["Strata__Bus__Prefix"] = _prefix });

    private static async Task<JsonElement> UntilAsync(StrataServerProcess server, Predicate<JsonElement> isSo)
    {
        using var http = new HttpClient();
        while (true)
        {
            var report = JsonElement.Parse(await http.GetStringAsync(new Uri(server.Url, "/health?details"), Token));
            if (report.GetProperty("parts").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "robots") is var part && isSo(part))
            {
                return part;
            }

            await Task.Delay(20, Token);
        }
    }
}
