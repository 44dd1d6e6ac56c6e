using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Cli;
using Strata.Crash.Life;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

// One life of Strata over the data directory of its first argument (and the PostgreSQL of Strata__EventStore__ConnectionString): registers recordings in two calls,
// each under a command id of its own, and waits until every rule is done with them.
//   work FOLDER ORDER RECORDING…     then rebuilds the read models; what is ordered may end it before (FaultPoints). Prints "acknowledged CALL POSITION" and "passed POINT COUNT"
//   recover FOLDER RECORDING…        then sweeps as if a day had gone by, and prints what stands (Account)
var isWork = args[0] == "work";
var data = new DataDirectory(args[1]);
var points = new FaultPoints(isWork ? args[2] : "none");
string[] recordings = args[(isWork ? 3 : 2)..];
Directory.CreateDirectory(data.Path);
var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Logging.ClearProviders();
builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
await builder.Services.AddStrataAsync(data, Roles.Worker, HostSettings.Load(verbose: false), allowedRoots: null, CancellationToken.None);
builder.Services.AddFaultPoints(data, points);
var host = builder.Build();
host.Services.GetRequiredService<ReadModels>().PassWhileFolding(points);
await host.StartAsync();
var half = recordings.Length / 2;
await RegisterAsync("call-1", recordings[..half], wait: false);
await RegisterAsync("call-2", recordings[half..], wait: true);
await RegisterAsync("call-1", recordings[..half], wait: true);
if (isWork)
{
    await host.Services.GetRequiredService<IRebuild>().RunAsync(verifyOnly: false, new Replaying(points), CancellationToken.None);
    foreach (var (point, count) in points.Passed)
    {
        Print($"passed {point} {count}");
    }
}
else
{
    await SweepAsync();
    Print(JsonSerializer.Serialize(await AccountAsync()));
}

await host.StopAsync();
await HostDisposal.DisposeAsync(host);

// The caller's part: who was not answered asks again with the same id.
async Task RegisterAsync(string call, string[] paths, bool wait)
{
    while (true)
    {
        try
        {
            var request = new RegisterRequest("crashed", [.. paths.Select(path => new RegisterSource(path, "file://" + path))], Wait: wait, CommandId: call);
            var answer = await host.Services.GetRequiredService<IOperations>().RunAsync(RegisterOperation.Route, request, NoProgress.Instance, CancellationToken.None);
            if (answer.Recordings.FirstOrDefault(r => r.Status is not ("registered" or "known")) is { } refused)
            {
                throw new InvalidOperationException($"{call}: {refused.Path} is {refused.Status}: {refused.Reason}");
            }

            Print($"acknowledged {call} {answer.Position}");
            if (!wait || (answer.OpenEvaluations == 0 && (answer.StandstillReason ?? answer.LagReason) is null))
            {
                return;
            }

            Print($"{call} is open: {answer.StandstillReason ?? answer.LagReason}");
        }
        catch (Exception refused) when (refused is IOException or OperationException)
        {
            Print($"{call} again: {refused.Message}");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(250));
    }
}

async Task SweepAsync()
{
    var tomorrow = new Tomorrow();
    var collector = new ContentCollector(
        host.Services.GetRequiredService<IEventStore>(), new LocalRecordingStore(new LocalRecordingStoreOptions(data.Path, [], null)), () => (tomorrow.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
    await collector.SweepAsync(CancellationToken.None);
}

async Task<Account> AccountAsync()
{
    var report = await host.Services.GetRequiredService<IRebuild>().RunAsync(verifyOnly: true, progress: null, CancellationToken.None);
    var log = await host.Services.GetRequiredService<IEventStore>().ReadAsync(0, int.MaxValue, CancellationToken.None);
    return new([.. log.Events.Select(Fact.Of)], [.. report.Differences.Select(difference => difference.ToString())]);
}

static void Print(string line)
{
    Console.Out.WriteLine(line);
    Console.Out.Flush();
}

internal sealed class Replaying(FaultPoints points) : IProgress<RebuildProgress>
{
    public void Report(RebuildProgress value) => points.Pass(FaultPoint.Replaying);
}

internal sealed class Tomorrow : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(25);
}
