using Strata.Cli;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>What stays in memory does not grow with the number of recordings. Source: DESIGN rule 14.</summary>
public sealed class FlatMemoryTests : IDisposable
{
    private const string Dataset = "many";
    private const int PerCall = 250;
    private const int First = 1_000;

    /// <summary>Far below what 2,000 recordings weigh, were they kept: facts, chunk index and schema of one are some 10 kB.</summary>
    private const long MostGrowthBytes = 10 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-memory-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Rule_14_memory_stays_flat_while_thousands_of_recordings_are_registered() => StaysFlatAsync(RuleSets.None, 3_000);

    /// <summary>A minute long; run it with <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public Task Rule_14_memory_stays_flat_while_thousands_of_recordings_are_registered_and_derived() => StaysFlatAsync(RuleSets.HowTo, 5_000);

    private async Task StaysFlatAsync(string rules, int last)
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Worker, Path.Combine(_folder, "data"));
        var before = 0L;
        for (var done = 0; done < last; done += PerCall)
        {
            var recordings = Path.Combine(_folder, "recordings");
            var answer = await strata.RegisterAsync(Dataset, SmallRecordings.WriteMany(recordings, PerCall, done), wait: true, rules: rules);
            answer.Recordings.ShouldAllBe(r => r.Status == "registered");
            Directory.Delete(recordings, recursive: true);
            if (done + PerCall == First)
            {
                before = Held();
            }
        }

        (Held() - before).ShouldBeLessThan(MostGrowthBytes, $"{before} bytes were held after {First} recordings");
    }

    private static long Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
