using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Strata.Catalog.Tokens;
using Strata.Catalog.Transport;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Settings in the .NET way: <c>appsettings.json</c> in the working directory, then the environment (<c>Strata__Bus__RabbitMq</c>), then the line.</summary>
internal sealed record HostSettings(IConfiguration Configuration, bool Verbose)
{
    /// <summary>A sweep is one query over the open work; more often than this it would only warm the processor.</summary>
    private static readonly TimeSpan ShortestSweep = TimeSpan.FromMilliseconds(10);

    /// <summary>A layer that no message announced is late by as much.</summary>
    private static readonly TimeSpan LongestSweep = TimeSpan.FromDays(1);

    public Uri? RabbitMq => Configuration["Strata:Bus:RabbitMq"] is { Length: > 0 } address ? new Uri(address) : null;

    /// <summary>Two installations on one broker need different ones.</summary>
    public string BusPrefix => Configuration["Strata:Bus:Prefix"] ?? "";

    /// <summary>Folders whose recordings are referenced and not copied (<c>Strata__Recordings__ReferenceRoots</c>, separated as in <c>PATH</c>).</summary>
    public ImmutableArray<string> ReferenceRoots => Folders("Strata:Recordings:ReferenceRoots");

    /// <summary>Folders from which a server that is reachable from elsewhere may open recordings (<c>Strata__Recordings__Roots</c>).</summary>
    public ImmutableArray<string> Roots => [.. Folders("Strata:Recordings:Roots"), .. ReferenceRoots];

    /// <summary>How often workers look through the whole work list for what no message announced (<c>Strata__Workers__SweepEvery=00:00:30</c>); null: their default.</summary>
    /// <exception cref="OperationException">The setting is no such time.</exception>
    public TimeSpan? SweepEvery
    {
        get
        {
            const string Key = "Strata:Workers:SweepEvery";
            if (Configuration[Key] is not { Length: > 0 } text)
            {
                return null;
            }

            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var every) && every >= ShortestSweep && every <= LongestSweep
                ? every
                : throw new OperationException(OperationErrors.Invalid, $"{Key}: expected a time from {ShortestSweep} to {LongestSweep}, found '{text}'", "00:00:30 is the default");
        }
    }

    /// <summary>Web origins whose pages may ask, as patterns (<c>Strata__Cors__Origins</c>, separated by commas).</summary>
    public ImmutableArray<string> AllowedOrigins =>
        [.. (Configuration["Strata:Cors:Origins"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary><c>Strata__Tls__Certificate</c> (PKCS#12, or PEM with <c>…__Key</c>) and <c>Strata__Tls__Password</c>; null: cleartext.</summary>
    public ServerCertificate? LoadCertificate() => Text("Strata:Tls:Certificate") is { } path
        ? ServerCertificate.Load(path, Text("Strata:Tls:Key"), Text("Strata:Tls:Password"))
        : null;

    /// <summary>As <c>--require-tokens</c> (<c>Strata__Tokens__Required=true</c>).</summary>
    public bool RequireTokens => bool.TryParse(Text("Strata:Tokens:Required"), out var required) && required;

    /// <summary>An identity provider whose tokens count too (<c>Strata__Tokens__Oidc__Issuer</c>, <c>…__Audience</c>).</summary>
    public OidcIssuer? Oidc => Text("Strata:Tokens:Oidc:Issuer") is { } issuer
        ? new(new Uri(issuer), Text("Strata:Tokens:Oidc:Audience") ?? OidcIssuer.UsualAudience)
        : null;

    public static HostSettings Load(bool verbose) => new(
        new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .Build(),
        verbose);

    private string? Text(string key) => Configuration[key] is { Length: > 0 } text ? text : null;

    private ImmutableArray<string> Folders(string key) =>
        [.. (Configuration[key] ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Path.GetFullPath)];
}
