using System.Diagnostics;
using System.Text.Json;
using Fleet;
using Strata.Contracts;
using Strata.UnreliableBus;
using Made = Strata.TestSupport.Recordings;

namespace Strata.Bus.Tests;

/// <summary>The programs of docs/publishing.md run as they stand there, also where the server's link to the broker breaks.</summary>
public abstract class DocumentedPublishingTests(RabbitMqBroker broker, ITestOutputHelper output)
{
    private const int Patience = 120_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Uri Robot => PublishingPage.RobotAt(broker);

    [Fact(Timeout = Patience)]
    public async Task The_JavaScript_of_the_page_publishes_and_prints_the_answer()
    {
        await using var world = await OpenAsync();
        var folder = Directory.CreateDirectory(world.Folder.Path("node")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "publish.mjs"), PublishingPage.Block("js"), Token);
        var (installed, _, why) = await RunAsync(folder, "npm", "install", "--no-audit", "--no-fund", "--silent", "amqplib");
        Assert.SkipWhen(installed != 0, $"npm cannot install amqplib: {why}");

        await PublishesAsync(world, file => RunAsync(folder, "node", "publish.mjs", file, "arm cell.7"));
    }

    [Fact(Timeout = Patience)]
    public async Task The_Python_of_the_page_publishes_and_prints_the_answer()
    {
        await using var world = await OpenAsync();
        var folder = Directory.CreateDirectory(world.Folder.Path("python")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "publish.py"), PublishingPage.Block("python"), Token);
        var python = "/usr/bin/python3";
        var (found, _, why) = await RunAsync(folder, python, "-c", "import pika");
        Assert.SkipWhen(found != 0, $"no Python with pika (Debian: python3-pika): {why}");

        await PublishesAsync(world, file => RunAsync(folder, python, "publish.py", file, "arm cell.7"));
    }

    [Fact(Timeout = Patience)]
    public async Task The_CSharp_of_the_page_publishes_and_returns_the_answer()
    {
        await using var world = await OpenAsync();
        PublishingPage.Block("csharp").ShouldBe(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Documented", "RobotPublisher.cs"), Token));

        await PublishesAsync(world, async file =>
        {
            var answer = await RobotPublisher.PublishAsync(Robot, "arm-7", "arm cell.7", file, Token);
            return (answer.GetProperty("outcome").GetString() == "quarantined" ? 1 : 0, answer.GetRawText(), "");
        });
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

    /// <summary>A server under the names of the page.</summary>
    private async Task<RobotWorld> OpenAsync()
    {
        await PublishingPage.MakeUserAsync(broker, Token);
        var world = await RobotWorld.OpenAsync(broker.Address!, OverAttribute.Of(this), prefix: "");
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
}

[Over(Transport.Reliable), Collection(NamesOfThePage.Name)]
public sealed class ReliableDocumentedPublishingTests(RabbitMqBroker broker, ITestOutputHelper output) : DocumentedPublishingTests(broker, output);

[Over(Transport.Unreliable), Collection(NamesOfThePage.Name)]
public sealed class UnreliableDocumentedPublishingTests(RabbitMqBroker broker, ITestOutputHelper output) : DocumentedPublishingTests(broker, output);
