using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Cli;
using Strata.DerivationWorkers;
using Strata.Fleet.Worker;

// A worker of a fleet, with settings and data directory from the environment as `strata serve --roles workers` has them, and derivers that do something more than the
// program's own: that is what its argument says. Tells on stdout when it works, and what a test waits for; ends on SIGTERM.
var data = DataDirectory.Of(null);
using var taken = DataDirectoryLock.Take(data);
var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
StderrLogging.Configure(builder.Logging, HostSettings.Load(verbose: false), LogLevel.Warning);
await builder.Services.AddStrataAsync(data, RoleNames.Parse("workers").Roles, HostSettings.Load(verbose: false), allowedRoots: null, CancellationToken.None);
IDeriver[] derivers = [new TrackingErrorDeriver(), new QualityDeriver()];
builder.Services.AddSingleton(new DeriverRegistry(args switch
{
    ["hold"] => derivers.Select(d => new HoldingDeriver(d)),
    ["computed"] => derivers.Select(d => new ComputedDeriver(d)),
    ["newer"] => derivers.Select(d => new NewerDeriver(d)),
    ["burn", var rounds] => derivers.Select(d => new BurningDeriver(d, long.Parse(rounds, CultureInfo.InvariantCulture))),
    _ => throw new ArgumentException($"expected hold, computed, newer or burn ROUNDS, found '{string.Join(' ', args)}'"),
}));
var host = builder.Build();
using var answers = SpokenAnswers.Begin();
await host.StartAsync();
Console.WriteLine("works");
await host.WaitForShutdownAsync();
await HostDisposal.DisposeAsync(host);
