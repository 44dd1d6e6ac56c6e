using Microsoft.Extensions.Configuration;

namespace Strata.Cli;

/// <summary>Settings in the .NET way: <c>appsettings.json</c> in the working directory, then the environment (<c>Strata__Bus__RabbitMq</c>), then the line.</summary>
internal sealed record HostSettings(IConfiguration Configuration, bool Verbose)
{
    public Uri? RabbitMq => Configuration["Strata:Bus:RabbitMq"] is { Length: > 0 } address ? new Uri(address) : null;

    /// <summary>Two installations on one broker need different ones.</summary>
    public string BusPrefix => Configuration["Strata:Bus:Prefix"] ?? "";

    public static HostSettings Load(bool verbose) => new(
        new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .Build(),
        verbose);
}
