using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strata.Cli;
using Strata.Crash.Deriver;
using Strata.DerivationWorkers;
using Strata.Web;

// Registers recordings in the data directory of its first argument and waits until every rule has been evaluated. The derivation of the segment that its
// second argument names ends the process without a word, as a fault in native code or the kernel would.
var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
await builder.Services.AddStrataAsync(new DataDirectory(args[0]), Roles.Worker, new HostSettings(new ConfigurationBuilder().Build(), Verbose: false), allowedRoots: null, CancellationToken.None);
builder.Services.AddSingleton(new DeriverRegistry([new DeadlyDeriver(new TrackingErrorDeriver(), args[1]), new QualityDeriver()]));
var host = builder.Build();
await host.StartAsync();
var request = new RegisterRequest("deadly", [.. args[2..].Select(path => new RegisterSource(path, "file://" + path))], Wait: true);
await host.Services.GetRequiredService<IOperations>().RunAsync(RegisterOperation.Route, request, NoProgress.Instance, CancellationToken.None);
await host.StopAsync();
await HostDisposal.DisposeAsync(host);
