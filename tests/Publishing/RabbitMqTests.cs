using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Strata.Bus.Tests;
using Strata.Contracts;

[assembly: AssemblyFixture(typeof(RabbitMqBroker))]

namespace Strata.Publishing.Tests;

/// <summary>Over a real RabbitMQ and a real port: from a file to its answer.</summary>
public sealed class RabbitMqTests(RabbitMqBroker rabbit) : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private UploadServer _uploads = null!;
    private ServerSide _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(rabbit.Address is null, rabbit.Absence);
        _uploads = await UploadServer.StartAsync();
        _server = await ServerSide.ConnectAsync(rabbit.Address!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            await _uploads.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_message_is_bare_json_persistent_and_in_the_name_of_the_brokers_user()
    {
        using var spool = _folder.Open();
        var recording = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")) with { Cut = true }, Token)).Recording;

        await SendAsync(spool, () => spool.Find(recording.Id)!.State == SpoolStates.Published);

        var delivery = (await _server.TakeAllAsync()).ShouldHaveSingleItem();
        (delivery.RoutingKey, delivery.BasicProperties.UserId, delivery.BasicProperties.MessageId, delivery.BasicProperties.Persistent)
            .ShouldBe(("robot.guest.arms", "guest", recording.MessageId, true));
        JsonElement.Parse(delivery.Body.Span).EnumerateObject().Select(m => m.Name)
            .ShouldBe(["messageId", "robot", "dataset", "layer", "recordedAtNs", "upload", "sizeBytes", "sha256", "cut"], ignoreOrder: true);
        ServerSide.Message(delivery).ShouldBe(recording.ToMessage());
        _uploads.Whole.ShouldContainKey(recording.Sha256!.Value.Value);
    }

    [Fact]
    public async Task Who_traces_is_named_in_the_message_and_who_does_not_is_not()
    {
        using var spool = _folder.Open();
        var untraced = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token)).Recording;
        await SendAsync(spool, () => spool.Find(untraced.Id)!.State == SpoolStates.Published);
        (await _server.TakeAllAsync()).ShouldHaveSingleItem().BasicProperties.Headers?.Keys.ShouldNotContain(StrataTracing.TraceParent);

        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StrataTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = StrataTracing.Start("the robot's own program");
        var traced = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("b.rrd")), Token)).Recording;
        await SendAsync(spool, () => spool.Find(traced.Id)!.State == SpoolStates.Published);

        var headers = (await _server.TakeAllAsync()).ShouldHaveSingleItem().BasicProperties.Headers.ShouldNotBeNull();
        Encoding.UTF8.GetString((byte[])headers[StrataTracing.TraceParent]!).ShouldStartWith($"00-{caller!.TraceId}-");
    }

    [Fact]
    public async Task An_answer_reaches_a_robot_that_was_away_when_it_was_given()
    {
        using var spool = _folder.Open();
        var recording = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token)).Recording;
        await SendAsync(spool, () => spool.Find(recording.Id)!.State == SpoolStates.Published);
        await _server.SendAnswerAsync(TestFolder.Robot, "no answer"u8.ToArray());
        await _server.AnswerAsync(TestFolder.Answer(recording, RecordingOutcomes.Quarantined, "it is broken"));

        await SendAsync(spool, () => spool.Find(recording.Id)!.State == SpoolStates.Done);

        var done = spool.Find(recording.Id)!;
        (done.Outcome, done.Reason, done.AnsweredSegment).ShouldBe((RecordingOutcomes.Quarantined, "it is broken", "episode_7"));
        File.Exists(done.File).ShouldBeTrue("a person may want to send it again");
    }

    [Fact]
    public async Task What_no_queue_takes_stays_in_the_spool_with_its_reason_and_goes_out_when_there_is_one()
    {
        using var spool = _folder.Open();
        await using var other = await ServerSide.ConnectAsync(rabbit.Address!, "robot.guest.other");
        var recording = (await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token)).Recording;
        await SendAsync(spool, () => spool.Find(recording.Id)!.Reason is not null, other.Prefix);
        spool.Find(recording.Id)!.State.ShouldBe(SpoolStates.Uploaded);
        spool.Find(recording.Id)!.Reason!.ShouldContain("has no queue for 'robot.guest.arms'");

        await other.BindAsync("robot.guest.arms");
        await SendAsync(spool, () => spool.Find(recording.Id)!.State == SpoolStates.Published, other.Prefix);

        (await other.TakeAllAsync()).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("amqp://guest:wrong@{0}", "does not let the user 'guest' in")]
    [InlineData("amqp://guest:guest@127.0.0.1:1", "127.0.0.1:1")]
    public async Task A_broker_that_is_not_reached_is_told_without_the_password(string address, string words)
    {
        var uri = new Uri(string.Format(null, address, $"{rabbit.Address!.Host}:{rabbit.Address.Port}"));
        await using var broker = new RobotBroker(uri, "", TestFolder.Robot, _ => { }, () => { });

        var down = await Should.ThrowAsync<LinkDownException>(() => broker.ConnectAsync(Token));

        down.Message.ShouldContain(words);
        down.Message.ShouldNotContain("wrong");
    }

    [Fact]
    public async Task Without_the_servers_exchange_it_is_said_who_makes_it()
    {
        await using var broker = new RobotBroker(rabbit.Address!, $"t{Guid.NewGuid():N}.", TestFolder.Robot, _ => { }, () => { });
        await broker.ConnectAsync(Token);
        var message = new RecordingPublished("1", TestFolder.Robot, "arms", "base", null, "file:///a.rrd", null, null, null, null, null);

        var down = await Should.ThrowAsync<LinkDownException>(() => broker.PublishAsync(message, Token));

        down.Message.ShouldContain("strata serve with this broker makes it");
        broker.IsConnected.ShouldBeFalse();
    }

    [Fact]
    public async Task A_heartbeat_says_what_waits()
    {
        await _server.BindAsync("heartbeat.#");
        using var spool = _folder.Open();
        await spool.AddAsync(TestFolder.New(_folder.WriteFile("a.rrd")), Token);

        await SendAsync(spool, () => spool.Backlog(TestFolder.Robot).Recordings == 1 && spool.ToSend(TestFolder.Robot).Count == 0);

        // When it begins, and when it is done: nobody has answered it yet.
        var beats = (await _server.TakeAllAsync()).Where(d => d.RoutingKey == "heartbeat.guest").ToList();
        beats.Count.ShouldBe(2);
        beats.Select(b => Encoding.UTF8.GetString(b.Body.Span)).ShouldAllBe(body => body.Contains("\"spooled\":1,\"spooledBytes\":10000", StringComparison.Ordinal));
        beats.ShouldAllBe(b => b.BasicProperties.UserId == "guest");
    }

    private async Task SendAsync(RobotSpool spool, Func<bool> isEnough, string? prefix = null)
    {
        using var upload = new HttpUpload(new RobotServer(_uploads.Address, null), new BandwidthLimit(null, TimeProvider.System), TimeProvider.System);
        RobotBroker? broker = null;
        var sender = new SpoolSender(
            spool, upload, (answered, lost) => broker = new RobotBroker(rabbit.Address!, prefix ?? _server.Prefix, TestFolder.Robot, answered, lost), TestFolder.Robot, TimeProvider.System, new Silence(), isEnough);
        await sender.RunAsync(Token);
        await broker!.DisposeAsync();
    }

    private sealed class Silence : IProgress<SendingNews>
    {
        public void Report(SendingNews value)
        {
            // The tests look into the spool.
        }
    }
}
