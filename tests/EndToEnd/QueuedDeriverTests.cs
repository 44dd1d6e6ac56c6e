using System.Text.Json;
using RabbitMQ.Client;
using Strata.Bus.Tests;
using Strata.Contracts;
using Strata.EndToEnd.Tests.Docs;
using Strata.Rrd.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>A worker at a queue: real broker, real Python, and the real SDK; as docs/your-own-deriver.md says.</summary>
public sealed class QueuedDeriverTests(RabbitMqBroker broker, ForeignS3 s3) : IClassFixture<RabbitMqBroker>, IClassFixture<ForeignS3>, IAsyncLifetime
{
    private const int Patience = 240_000;
    private const string Dataset = "my_robot";
    private const string Page = "docs/your-own-deriver.md";
    private const string AtAQueue = "A worker at a queue";
    private const string Queue = "strata.deriver.joint_speed";
    private const string PageBroker = "amqp://guest:guest@localhost:5672";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-queued-deriver-").FullName;

    private string Data => Path.Combine(_folder, "strata-data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        await PythonWorker.PikaAsync();
        Directory.CreateSymbolicLink(Path.Combine(_folder, "samples"), Path.Combine(Samples.Repository, "samples"));
        await using var connection = await new ConnectionFactory { Uri = broker.Address! }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeleteAsync(Queue, cancellationToken: Token);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = Patience)]
    public async Task The_worker_of_the_page_answers_many_jobs_with_the_real_SDK_and_says_so_when_it_is_not_there()
    {
        var python = RerunSdk.Python();
        ShellScript.Write(_folder, "python3", $"exec '{python}' \"$@\"");
        var shell = new DocumentShell(_folder, Data);
        var blocks = FencedBlocks.Of(Page, "sh", AtAQueue).Select(b => b.Replace(PageBroker, broker.Address!.ToString().TrimEnd('/'), StringComparison.Ordinal)).ToList();

        var before = await shell.RunAsync(blocks[1]);
        (before.Code, before.Output).ShouldBe((1, $"failed (deriver_missing): deriver 'joint_speed_queue' version 1: nobody takes jobs from the queue '{Queue}' of the broker at 127.0.0.1:{broker.Address!.Port}; start its worker, which declares the queue and consumes from it\n"));

        await using var worker = await PythonWorker.StartAsync(python, broker.Address, _folder, blocks[0].Split('\n').Single(l => l.StartsWith("python3 ", StringComparison.Ordinal)).Split(' ')[1]);
        var check = await shell.RunAsync(blocks[1]);
        check.Code.ShouldBe(0, check.Errors + check.Output);
        check.Output.ShouldContain("derived: layer 'joint_speed_queue' of segment 'NORDA_1c7e09b2_2025_02_11_09h_14m_32s' would be registered");

        var run = await shell.RunAsync(blocks[2]);
        run.Code.ShouldBe(0, run.Errors);
        run.Output.ShouldContain("how fast the joints move, by a worker at a queue");
        await JointSpeeds.ShouldBeDerivedAsync(Data, Dataset);
        var why = (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, Samples.Segments[0], "joint_speed"))[0];
        why.GetProperty("outcome").GetString().ShouldBe("derived");
        why.GetProperty("sentence").GetString()!.ShouldContain("joint_speed_queue");
        Directory.EnumerateFileSystemEntries(Path.Combine(Data, "cache", "jobs")).ShouldBeEmpty();

        var verified = await shell.RunAsync($"{blocks[2].Split('\n')[0]}\nstrata verify {Dataset} --json");
        verified.Code.ShouldBe(0, verified.Errors + verified.Output);
        JsonElement.Parse(verified.Output).GetProperty("different").GetArrayLength().ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task A_worker_on_another_machine_reads_what_lies_in_a_bucket_by_HTTP_alone_and_what_one_had_that_died_is_asked_again()
    {
        var python = RerunSdk.Python();
        Assert.SkipWhen(s3.Address is null, s3.Absence);
        await DeclareAsync("joint_speed_queue", await File.ReadAllTextAsync(Path.Combine(Samples.Repository, "samples", "python", "joint_speed_queue.json"), Token));
        await using var server = await StrataServerProcess.StartAsync(Data, Bucket());
        var registered = RegisterAsync();

        var taken = await TakeOneAsync(registered);
        var input = taken.GetProperty("inputs")[0];
        input.TryGetProperty("path", out _).ShouldBeFalse();
        var url = new Uri(input.GetProperty("url").GetString()!);
        (url.Scheme, url.Port).ShouldBe(("http", s3.Address!.Port));
        using var http = new HttpClient();
        var bytes = await http.GetByteArrayAsync(url, Token);
        bytes.LongLength.ShouldBe(input.GetProperty("sizeBytes").GetInt64());
        url.Query.ShouldContain("X-Amz-Signature=");
        Samples.Files.Select(f => Sha256Digest.Of(File.ReadAllBytes(f))).ShouldContain(Sha256Digest.Of(bytes));

        await using var worker = await PythonWorker.StartAsync(python, broker.Address!, _folder, "samples/python/joint_speed_worker.py");
        await registered;
        await JointSpeeds.ShouldBeDerivedAsync(Data, Dataset);
    }

    /// <summary>A worker that needs no SDK: it declines, and one segment kills it.</summary>
    [Fact(Timeout = Patience)]
    public async Task A_segment_of_which_a_worker_dies_has_failed_and_the_others_go_on()
    {
        var bad = Samples.Segments[2];
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "dies.py"),
            $$"""
            import json, os, sys
            import pika
            print("waits for jobs at {{Queue}}", flush=True)
            while True:
                child = os.fork()
                if child == 0:
                    channel = pika.BlockingConnection(pika.URLParameters(os.environ["BROKER"])).channel()
                    channel.queue_declare("{{Queue}}", durable=True)
                    channel.basic_qos(prefetch_count=1)
                    for method, properties, body in channel.consume("{{Queue}}"):
                        if json.loads(body)["segment"] == "{{bad}}" and not method.redelivered:
                            os._exit(1)
                        said = b'{"failed": "a worker died of it"}' if method.redelivered else b'{"skipped": "it is night"}'
                        channel.basic_publish("", properties.reply_to, said, pika.BasicProperties(correlation_id=properties.correlation_id, content_type="application/json"))
                        channel.basic_ack(method.delivery_tag)
                os.waitpid(child, 0)
            """,
            Token);
        await DeclareAsync("declines", $$$"""{"version": 1, "queue": "{{{Queue}}}", "limits": {"timeSeconds": 30}}""");
        await using var worker = await PythonWorker.StartAsync(null, broker.Address!, _folder, "dies.py");
        await using var server = await StrataServerProcess.StartAsync(Data, Settings());

        await RegisterAsync();

        foreach (var segment in Samples.Segments)
        {
            var why = (await StrataProgram.JsonAsync(Data, 0, "why", Dataset, segment, "joint_speed"))[0];
            (why.GetProperty("outcome").GetString(), why.GetProperty("reason").GetString()).ShouldBe(segment == bad ? ("failed", "deriver_failed") : ("skipped", "declined"));
        }

        (await StrataProgram.JsonAsync(Data, 0, "segments", Dataset)).EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 5));
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = broker.Address!.ToString(), ["Strata__Bus__Prefix"] = $"q{Guid.NewGuid():N}-" };

    private Dictionary<string, string> Bucket()
    {
        var keys = s3.Address!.UserInfo.Split(':');
        return new(Settings(), StringComparer.Ordinal)
        {
            ["Strata__Recordings__S3__Endpoint"] = s3.Address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped),
            ["Strata__Recordings__S3__Bucket"] = s3.Address.AbsolutePath.Trim('/'),
            ["Strata__Recordings__S3__Prefix"] = $"{Guid.NewGuid():N}/",
            ["Strata__Recordings__S3__AccessKey"] = keys[0],
            ["Strata__Recordings__S3__SecretKey"] = keys[1],
        };
    }

    private async Task DeclareAsync(string deriver, string definition)
    {
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(Data, "derivers")).FullName, $"{deriver}.json"), definition, Token);
        await using var server = await StrataServerProcess.StartAsync(Data, Settings());
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset);
        await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "joint_speed", "--deriver", deriver, "--input", "base", "--output", "joint_speed");
    }

    private Task<JsonElement> RegisterAsync() => StrataProgram.JsonAsync(Data, 0, ["register", .. Samples.Files, "--dataset", Dataset, "--wait"]);

    /// <summary>A worker that dies with a job in its hands.</summary>
    private async Task<JsonElement> TakeOneAsync(Task registered)
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Address! }.CreateConnectionAsync(Token);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Token);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Token);
        await channel.BasicQosAsync(0, 1, global: false, Token);
        var taken = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, job) => Task.FromResult(taken.TrySetResult(JsonElement.Parse(job.Body.Span)));
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, Token);
        (await Task.WhenAny(taken.Task, (Task)registered)).ShouldBe(taken.Task, "all was registered before anybody took a job");
        return await taken.Task;
    }
}
