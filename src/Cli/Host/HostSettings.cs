using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Strata.Cli;

/// <summary>Settings in the .NET way: <c>appsettings.json</c> in the working directory, then the environment (<c>Strata__Bus__RabbitMq</c>), then the line.</summary>
internal sealed record HostSettings(IConfiguration Configuration, bool Verbose)
{
    public Uri? RabbitMq => Configuration["Strata:Bus:RabbitMq"] is { Length: > 0 } address ? new Uri(address) : null;

    /// <summary>Two installations on one broker need different ones.</summary>
    public string BusPrefix => Configuration["Strata:Bus:Prefix"] ?? "";

    /// <summary>Folders whose recordings are referenced and not copied (<c>Strata__Recordings__ReferenceRoots</c>, separated as in <c>PATH</c>).</summary>
    public ImmutableArray<string> ReferenceRoots => Folders("Strata:Recordings:ReferenceRoots");

    /// <summary>Folders from which a server that is reachable from elsewhere may open recordings (<c>Strata__Recordings__Roots</c>).</summary>
    public ImmutableArray<string> Roots => [.. Folders("Strata:Recordings:Roots"), .. ReferenceRoots];

    public static HostSettings Load(bool verbose) => new(
        new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .Build(),
        verbose);

    private ImmutableArray<string> Folders(string key) =>
        [.. (Configuration[key] ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Path.GetFullPath)];
}
