using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using Strata.Bus.Tests;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>Robots publish to a running server over a real broker; a person sees what became of it with the commands.</summary>
public sealed class RobotTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IDisposable
{
    private const int Patience = 120_000;

    private readonly string _data = Directory.CreateTempSubdirectory("strata-robots-e2e-").FullName;
    private readonly string _robots = Directory.CreateTempSubdirectory("strata-robots-disk-").FullName;
    private readonly string _prefix = $"r{Guid.NewGuid():N}-";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Robot => broker.Address!.UserInfo.Split(':')[0];

    public void Dispose()
    {
        Directory.Delete(_data, recursive: true);
        Directory.Delete(_robots, recursive: true);
    }

    [Fact(Timeout = Patience)]
    public async Task What_robots_publish_gets_its_layers_and_what_is_wrong_lies_where_a_person_looks()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await using var server = await StartAsync();
        await using var connection = await new ConnectionFactory { Uri = broker.Address! }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        var answers = await channel.QueueDeclareAsync(cancellationToken: Token);
        await channel.QueueBindAsync(answers.QueueName, _prefix + RobotRouting.Answers, "answer.#", cancellationToken: Token);

        foreach (var (k, file) in Samples.Files.Index())
        {
            var copy = Path.Combine(_robots, Path.GetFileName(file));
            File.Copy(file, copy);
            await PublishAsync(channel, RobotMessageJson.Serialize(Message($"{k}", copy)));
        }

        await PublishAsync(channel, RobotMessageJson.Serialize(Message("outside", Samples.Files[0])));
        await PublishAsync(channel, """{"robot":"nobody knows"}"""u8.ToArray());

        var told = new List<RecordingAnswered>();
        while (told.Count < Samples.Files.Length + 2)
        {
            if (await channel.BasicGetAsync(answers.QueueName, autoAck: true, Token) is { } got)
            {
                told.Add(RobotMessageReader.ReadAnswered(got.Body.ToArray()).Message!);
            }
            else
            {
                await Task.Delay(10, Token);
            }
        }

        told.Select(a => a.Outcome).ShouldBe([.. Samples.Files.Select(_ => "accepted"), "quarantined", "quarantined"], ignoreOrder: true);
        JsonElement table;
        do
        {
            table = await StrataProgram.JsonAsync(_data, 0, "segments", "fleet");
        }
        while (!table.EnumerateArray().All(row => StrataProgram.Layers(row) == "base, tracking_error, quality"));

        table.GetArrayLength().ShouldBe(Samples.Files.Length);
        var quarantine = await StrataProgram.JsonAsync(_data, 0, "quarantine", "list");
        quarantine.EnumerateArray().Select(e => (e.GetProperty("reason").GetString(), e.GetProperty("dataset").GetString())).ShouldBe([("file_refused", "fleet"), ("message", "")], ignoreOrder: true);
        var malformed = quarantine.EnumerateArray().Single(e => e.GetProperty("reason").GetString() == "message");
        var shown = await StrataProgram.RunAsync(_data, "quarantine", "show", malformed.GetProperty("id").GetString()!);
        shown.Out.ShouldContain("field 'messageId': expected text, found nothing");
        shown.Out.ShouldContain("""the robot's message: {"robot":"nobody knows"}""");
        shown.Out.ShouldContain("message:nobody knows/");
        (await StrataProgram.RunAsync(_data, "history", "fleet")).Code.ShouldBe(0);

        (await DeadAsync("list", "--json")).GetArrayLength().ShouldBe(0);
        (await server.TerminateAsync()).ShouldBe(0);
        (await StrataProgram.JsonAsync(_data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Dead_letters_are_listed_shown_and_sent_back_by_commands()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await using var server = await StartAsync();
        await using var connection = await new ConnectionFactory { Uri = broker.Address! }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        var body = """{"robot":"a letter"}"""u8.ToArray();
        await channel.BasicPublishAsync("", _prefix + "strata-robots_dead", mandatory: true, new BasicProperties { UserId = Robot, Persistent = true }, body, Token);

        var letter = (await DeadAsync("list", "--json")).EnumerateArray().Single();
        letter.GetProperty("from").GetString().ShouldBe(_prefix + "strata-robots");
        (await DeadAsync("show", letter.GetProperty("id").GetString()!, "--json")).GetProperty("body").GetString().ShouldBe(Encoding.UTF8.GetString(body));
        (await DeadAsync("list", "--json")).GetArrayLength().ShouldBe(1);
        (await RunDeadAsync("redrive")).Code.ShouldBe(2);
        (await RunDeadAsync("redrive", "ffff")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Error.ShouldContain("no dead letter has an id that begins with 'ffff'"));
        (await DeadAsync("redrive", letter.GetProperty("id").GetString()!, "--json")).GetArrayLength().ShouldBe(1);

        (await DeadAsync("list", "--json")).GetArrayLength().ShouldBe(0);
        while ((await StrataProgram.JsonAsync(_data, 0, "quarantine", "list")).GetArrayLength() == 0)
        {
            await Task.Delay(50, Token);
        }
    }

    [Fact]
    public async Task Without_a_broker_there_are_no_dead_letters_and_the_command_says_why()
    {
        var result = await StrataProgram.RunAsync(_data, "dead-letter", "list");

        result.Code.ShouldBe(1);
        result.Error.ShouldContain("there is no broker here");
        result.Error.ShouldContain("Next: set Strata__Bus__RabbitMq=");
    }

    private static RecordingPublished Message(string id, string file)
    {
        var bytes = File.ReadAllBytes(file);
        return new(id, "arm-7", "fleet", "base", null, $"file://{file}", null, bytes.Length, Sha256Digest.FromBytes(SHA256.HashData(bytes)), null, null);
    }

    private async Task PublishAsync(IChannel channel, byte[] body) => await channel.BasicPublishAsync(
        _prefix + RobotRouting.Robots, RobotRouting.Recording("arm-7", "fleet"), mandatory: true, new BasicProperties { UserId = Robot, Persistent = true }, body, Token);

    private async Task<JsonElement> DeadAsync(params string[] words)
    {
        var result = await RunDeadAsync(words);
        result.Code.ShouldBe(0, result.Error);
        return JsonElement.Parse(result.Out);
    }

    private Dictionary<string, string> Settings => new(StringComparer.Ordinal)
    {
        ["Strata__Bus__RabbitMq"] = broker.Address!.ToString(),
        ["Strata__Bus__Prefix"] = _prefix,
        ["Strata__Recordings__Roots"] = _robots,
    };

    private Task<ProgramResult> RunDeadAsync(params string[] words) => StrataProgram.RunAsync(_data, Settings, ["dead-letter", .. words]);

    private async Task<StrataServerProcess> StartAsync()
    {
        var server = await StrataServerProcess.StartAsync(_data, Settings);
        await using var connection = await new ConnectionFactory { Uri = broker.Address! }.CreateConnectionAsync(Token);
        while (true)
        {
            try
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
                if ((await channel.QueueDeclarePassiveAsync(_prefix + "strata-robots", Token)).ConsumerCount > 0)
                {
                    return server;
                }
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                // The server has not declared it yet.
            }

            await Task.Delay(20, Token);
        }
    }
}
