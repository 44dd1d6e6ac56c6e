using System.Text.Json;
using Strata.Bus.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>Strata is killed while a worker at a queue computes for it. Source: docs/your-own-deriver.md, DESIGN rules 6 and 8.</summary>
public sealed class KilledAtAQueueTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IDisposable
{
    private const int Patience = 120_000;
    private const string Dataset = "arms";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-killed-at-a-queue-").FullName;
    private readonly string _queue = $"strata.deriver.{Guid.NewGuid():N}";

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_segment_is_derived_once_when_Strata_is_back_and_nothing_is_left_at_the_broker(bool theWorkerDiesWithIt)
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        Directory.CreateDirectory(Path.Combine(Data, "derivers"));
        await File.WriteAllTextAsync(Path.Combine(Data, "derivers", "elsewhere.json"), $$$"""{"version": 1, "queue": "{{{_queue}}}", "limits": {"timeSeconds": 30}}""", Token);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = broker.Address!.ToString(), ["Strata__Bus__Prefix"] = $"k{Guid.NewGuid():N}-" };
        var worker = await HoldingWorker.StartAsync(broker.Address, _queue);
        await using (var killed = await StrataServerProcess.StartAsync(Data, settings))
        {
            await StrataProgram.JsonAsync(Data, 0, "dataset", "create", Dataset, "--rules", "none");
            await StrataProgram.JsonAsync(Data, 0, "rule", "declare", Dataset, "elsewhere", "--deriver", "elsewhere", "--input", "base", "--output", "elsewhere");
            await StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(Path.Combine(_folder, "in"), "s", 0.25, 0.5), "--dataset", Dataset);
            var lost = await worker.NextAsync();

            await killed.KillAsync();

            if (theWorkerDiesWithIt)
            {
                await worker.DisposeAsync();
            }
            else
            {
                await worker.AnswerAsync(lost);
            }
        }

        await using (await StrataServerProcess.StartAsync(Data, settings))
        {
            worker = theWorkerDiesWithIt ? await HoldingWorker.StartAsync(broker.Address, _queue) : worker;
            var settled = StrataProgram.JsonAsync(Data, 0, "register", SmallRecordings.Write(Path.Combine(_folder, "in"), "s", 0.25, 0.5), "--dataset", Dataset, "--wait");
            var again = await worker.NextAsync();
            while (again.Redelivered)
            {
                await worker.SendBackAsync(again);
                again = await worker.NextAsync();
            }

            again.Job.Segment.ShouldBe("s");
            await worker.AnswerAsync(again);
            (await settled)[0].GetProperty("status").GetString().ShouldBe("known");

            (await EffectsAsync()).ShouldBe(["layer_registered base", "derivation_done elsewhere at attempt 2", "layer_registered elsewhere"], ignoreOrder: true, "each once, and the attempt that was killed counts");
            Directory.EnumerateFileSystemEntries(Path.Combine(Data, "cache", "jobs")).ShouldBeEmpty("neither of who was killed nor of who came after");
            (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
        }

        await worker.DisposeAsync();
        (await HoldingWorker.RemoveAsync(broker.Address, _queue)).ShouldBe(0u, "jobs left at the broker");
    }

    /// <summary>What was registered and evaluated, and at which attempt.</summary>
    private async Task<IReadOnlyList<string>> EffectsAsync() =>
    [
        .. (await StrataProgram.RunAsync(Data, "log", "--json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .Where(e => e.GetProperty("type").GetString() is "layer_registered" or "derivation_done" or "derivation_failed" or "derivation_skipped")
            .Select(e => $"{e.GetProperty("type").GetString()} {Of(e, "layer") ?? $"{Of(e, "rule")} at attempt {Of(e, "attempt")}"}"),
    ];

    private static string? Of(JsonElement line, string member) => line.GetProperty("event").TryGetProperty(member, out var value) ? value.ToString() : null;
}
