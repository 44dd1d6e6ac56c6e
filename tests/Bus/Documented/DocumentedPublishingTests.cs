using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fleet;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;
using Made = Strata.TestSupport.Recordings;

namespace Strata.Bus.Tests;

/// <summary>The programs and commands of docs/publishing.md run as they stand there.</summary>
public sealed partial class DocumentedPublishingTests(RabbitMqBroker broker, ITestOutputHelper output)
{
    private const int Patience = 120_000;

    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "publishing.md")).ReplaceLineEndings("\n");
    private static readonly SemaphoreSlim Once = new(1);
    private static bool _hasUser;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Uri Robot => new UriBuilder(broker.Address!) { UserName = "arm-7", Password = "secret" }.Uri;

    [Fact(Timeout = Patience)]
    public async Task The_JavaScript_of_the_page_publishes_and_prints_the_answer()
    {
        await using var world = await OpenAsync();
        var folder = Directory.CreateDirectory(world.Folder.Path("node")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "publish.mjs"), Block("js"), Token);
        var (installed, _, why) = await RunAsync(folder, "npm", "install", "--no-audit", "--no-fund", "--silent", "amqplib");
        Assert.SkipWhen(installed != 0, $"npm cannot install amqplib: {why}");

        await PublishesAsync(world, file => RunAsync(folder, "node", "publish.mjs", file, "arm cell.7"));
    }

    [Fact(Timeout = Patience)]
    public async Task The_Python_of_the_page_publishes_and_prints_the_answer()
    {
        await using var world = await OpenAsync();
        var folder = Directory.CreateDirectory(world.Folder.Path("python")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "publish.py"), Block("python"), Token);
        var python = "/usr/bin/python3";
        var (found, _, why) = await RunAsync(folder, python, "-c", "import pika");
        Assert.SkipWhen(found != 0, $"no Python with pika (Debian: python3-pika): {why}");

        await PublishesAsync(world, file => RunAsync(folder, python, "publish.py", file, "arm cell.7"));
    }

    [Fact(Timeout = Patience)]
    public async Task The_CSharp_of_the_page_publishes_and_returns_the_answer()
    {
        await using var world = await OpenAsync();
        Block("csharp").ShouldBe(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Documented", "RobotPublisher.cs"), Token));

        await PublishesAsync(world, async file =>
        {
            var answer = await RobotPublisher.PublishAsync(Robot, "arm-7", "arm cell.7", file, Token);
            return (answer.GetProperty("outcome").GetString() == "quarantined" ? 1 : 0, answer.GetRawText(), "");
        });
    }

    [Fact(Timeout = Patience)]
    public async Task A_robots_user_publishes_under_its_own_name_only_and_reads_its_own_answers_only()
    {
        await using var world = await OpenAsync();
        await using var connection = await new ConnectionFactory { Uri = Robot }.CreateConnectionAsync(Token);

        await RefusedAsync(connection, channel => PublishAsync(channel, "robot.arm-8.d", "arm-7"), 403);
        await RefusedAsync(connection, channel => PublishAsync(channel, "robot.arm-77.d", "arm-7"), 403);
        await RefusedAsync(connection, channel => PublishAsync(channel, "robot.arm-7.d", "arm-8"), 406);
        await RefusedAsync(connection, channel => channel.QueueBindAsync("answers-arm-7", "answers", "answer.arm-8", cancellationToken: Token), 403);
        await RefusedAsync(connection, channel => channel.QueueBindAsync("answers-arm-7", "answers", "#", cancellationToken: Token), 403);
        await RefusedAsync(connection, channel => channel.BasicGetAsync(BusNames.RobotsQueue, autoAck: true, Token), 403);
    }

    [Fact]
    public void The_answer_and_the_heartbeat_of_the_page_are_messages_of_ours()
    {
        var blocks = Blocks("json");

        RobotMessageReader.ReadAnswered(System.Text.Encoding.UTF8.GetBytes(blocks[0])).Refusal.ShouldBeNull();
        RobotMessageReader.ReadHeartbeat(System.Text.Encoding.UTF8.GetBytes(blocks[1])).Refusal.ShouldBeNull();
    }

    [Fact]
    public void Every_reason_of_quarantine_stands_on_the_page()
    {
        var reasons = typeof(QuarantineReasons).GetFields().Select(f => (string)f.GetValue(null)!);

        reasons.ShouldAllBe(reason => Page.Contains($"`{reason}`", StringComparison.Ordinal));
    }

    /// <summary>One file is accepted, then other bytes for the same place are not.</summary>
    private static async Task PublishesAsync(RobotWorld world, Func<string, Task<(int ExitCode, string Output, string Errors)>> publish)
    {
        var good = await publish(world.Folder.Write("good one.rrd", Made.Scalars("a")));
        var other = await publish(world.Folder.Write("other.rrd", Made.Scalars("a", entity: "/elbow")));

        good.ExitCode.ShouldBe(0, good.Errors);
        JsonElement.Parse(good.Output).GetProperty("outcome").GetString().ShouldBe("accepted");
        other.ExitCode.ShouldBe(1, other.Errors);
        JsonElement.Parse(other.Output).GetProperty("reason").GetString()!.ShouldStartWith("layer_stands: ");
        (await world.EventsAsync<LayerRegistered>()).Single().Source.ShouldBe(new EventSource("robot", "arm-7"));
    }

    /// <summary>A server under the names of the page, and the user of the page made by its commands.</summary>
    private async Task<RobotWorld> OpenAsync()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        Assert.SkipWhen(broker.ControlAbsence is not null, broker.ControlAbsence ?? "");
        await Once.WaitAsync(Token);
        try
        {
            if (!_hasUser)
            {
                foreach (var line in Block("sh").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    string[] words = [.. Word().Matches(line).Select(m => m.Groups["quoted"].Success ? m.Groups["quoted"].Value : m.Value)];
                    words[0].ShouldBe("rabbitmqctl");
                    await broker.ControlAsync(words[1..]);
                }

                _hasUser = true;
            }
        }
        finally
        {
            Once.Release();
        }

        var world = await RobotWorld.OpenAsync(broker.Address!, prefix: "");
        await world.StartAsync();
        return world;
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, string program, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["BROKER"] = Robot.AbsoluteUri.TrimEnd('/');
        start.Environment.Remove("STRATA");
        try
        {
            using var process = Process.Start(start)!;
            var (text, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
            await process.WaitForExitAsync(Token);
            output.WriteLine($"{program}: {process.ExitCode} {await text} {await errors}");
            return (process.ExitCode, await text, await errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, "", $"{program}: {e.Message}");
        }
    }

    private static async Task RefusedAsync(IConnection connection, Func<IChannel, Task> act, int code)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, null), Token);
        await channel.QueueDeclareAsync("answers-arm-7", durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
        (await Should.ThrowAsync<OperationInterruptedException>(() => act(channel))).ShutdownReason!.ReplyCode.ShouldBe((ushort)code);
    }

    private static async Task PublishAsync(IChannel channel, string key, string userId) =>
        await channel.BasicPublishAsync("robots", key, mandatory: true, new BasicProperties { UserId = userId }, "{}"u8.ToArray(), Token);

    private static string Block(string language) => Blocks(language).ShouldHaveSingleItem();

    private static IReadOnlyList<string> Blocks(string language) =>
        [.. Fenced().Matches(Page).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["code"].Value)];

    [GeneratedRegex("^```(?<language>\\w*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"'(?<quoted>[^']*)'|\S+")]
    private static partial Regex Word();
}
