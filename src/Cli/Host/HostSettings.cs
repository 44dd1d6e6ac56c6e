using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
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

    /// <summary>Renewed three times as often: shorter than this, a busy machine would lose what it holds.</summary>
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);

    /// <summary>More evaluations at once than any machine has cores only take memory.</summary>
    private const int MostParallel = 1024;

    /// <summary>Heartbeats of a robot are some seconds apart: below this each of them would end a silence.</summary>
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(1);

    /// <summary>What is missed only after this is missed by people before.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(30);

    /// <summary>The PostgreSQL database of the event log (<c>Strata__EventStore__ConnectionString</c>); null: a file of the data directory.</summary>
    public string? EventStoreConnection => Text("Strata:EventStore:ConnectionString");

    /// <exception cref="OperationException">The setting is no address of a broker.</exception>
    public Uri? RabbitMq => Address("Strata:Bus:RabbitMq", "amqp://USER:PASSWORD@HOST:PORT/VHOST", "amqp", "amqps", "rabbitmq", "rabbitmqs");

    /// <summary>Two installations on one broker need different ones.</summary>
    public string BusPrefix => Configuration["Strata:Bus:Prefix"] ?? "";

    /// <summary>Broker users that may publish for every robot (<c>Strata__Robots__Gateways</c>, separated by commas), besides the server's own.</summary>
    public ImmutableHashSet<string> RobotGateways => [.. (Configuration["Strata:Robots:Gateways"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>Folders whose recordings are referenced and not copied (<c>Strata__Recordings__ReferenceRoots</c>, separated as in <c>PATH</c>).</summary>
    public ImmutableArray<string> ReferenceRoots => Folders("Strata:Recordings:ReferenceRoots");

    /// <summary>Folders from which a server that is reachable from elsewhere may open recordings (<c>Strata__Recordings__Roots</c>).</summary>
    public ImmutableArray<string> Roots => [.. Folders("Strata:Recordings:Roots"), .. ReferenceRoots];

    /// <summary>
    /// Where copies and derived layers lie (<c>Strata__Recordings__Folder</c>): processes with data directories of their own share it. Null: <c>recordings/</c> of the data directory.
    /// </summary>
    public string? RecordingsFolder => Text("Strata:Recordings:Folder") is { } folder ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) : null;

    /// <summary>Where definitions of outside derivers lie (<c>Strata__Derivers__Folder</c>); null: <c>derivers/</c> of the data directory.</summary>
    public string? DeriversFolder => Text("Strata:Derivers:Folder") is { } folder ? Path.GetFullPath(folder) : null;

    /// <summary>How often workers look through the whole work list for what no message announced (<c>Strata__Workers__SweepEvery=00:00:30</c>); null: their default.</summary>
    /// <exception cref="OperationException">The setting is no such time.</exception>
    public TimeSpan? SweepEvery => Time("Strata:Workers:SweepEvery", ShortestSweep, LongestSweep, "00:00:30 is the default");

    /// <summary>How long a claim holds after its worker's last sign of life (<c>Strata__Workers__ClaimLease=00:01:00</c>); null: the workers' default.</summary>
    /// <exception cref="OperationException">The setting is no such time.</exception>
    public TimeSpan? ClaimLease => Time("Strata:Workers:ClaimLease", ShortestLease, LongestSweep, "00:01:00 is the default; the work of a process that died lies idle for as long");

    /// <summary>Evaluations that this process computes at once (<c>Strata__Workers__Parallelism</c>); null: as many as there are cores.</summary>
    /// <exception cref="OperationException">The setting is no such number.</exception>
    public int? Parallelism
    {
        get
        {
            const string Key = "Strata:Workers:Parallelism";
            return Text(Key) is not { } text
                ? null
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MostParallel
                    ? count
                    : throw new OperationException(OperationErrors.Invalid, $"{Key}: expected a number from 1 to {MostParallel}, found '{text}'", "leave it out to use all cores");
        }
    }

    /// <summary>A robot of which nothing came for longer, neither a heartbeat nor a recording, is silent, and webhooks tell so (<c>Strata__Fleet__SilentAfter=00:05:00</c>); null: the fleet's default.</summary>
    /// <exception cref="OperationException">The setting is no such time.</exception>
    public TimeSpan? RobotSilentAfter => Time("Strata:Fleet:SilentAfter", ShortestSilence, LongestSilence, "00:05:00 is the default");

    /// <summary>A relay that is silent for so long is followed by another one (<c>Strata__Relay__Lease=00:00:10</c>); null: the relay's default.</summary>
    /// <exception cref="OperationException">The setting is no such time.</exception>
    public TimeSpan? RelayLease => Time("Strata:Relay:Lease", ShortestLease, LongestSweep, "00:00:10 is the default");

    /// <summary>Web origins whose pages may ask, as patterns (<c>Strata__Cors__Origins</c>, separated by commas).</summary>
    public ImmutableArray<string> AllowedOrigins =>
        [.. (Configuration["Strata:Cors:Origins"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>Names, beside this machine's own, by which callers without a token may ask (<c>Strata__Hosts</c>, separated by commas).</summary>
    public ImmutableArray<string> AllowedHosts =>
        [.. (Configuration["Strata:Hosts"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary><c>Strata__Tls__Certificate</c> (PKCS#12, or PEM with <c>…__Key</c>) and <c>Strata__Tls__Password</c>; null: cleartext.</summary>
    public ServerCertificate? LoadCertificate() => Text("Strata:Tls:Certificate") is { } path
        ? ServerCertificate.Load(path, Text("Strata:Tls:Key"), Text("Strata:Tls:Password"))
        : null;

    /// <summary>OpenTelemetry's own variables; it reads the rest of them itself.</summary>
    public TelemetrySettings Telemetry => new(Text("OTEL_EXPORTER_OTLP_ENDPOINT"), Text("OTEL_SERVICE_NAME") ?? "strata");

    /// <summary>One JSON object a line instead of text (<c>Strata__Logs__Format=json</c>).</summary>
    /// <exception cref="OperationException">The setting is neither <c>text</c> nor <c>json</c>.</exception>
    public bool LogsAreJson
    {
        get
        {
            const string Key = "Strata:Logs:Format";
            return Text(Key) switch
            {
                null or "text" => false,
                "json" => true,
                var other => throw new OperationException(OperationErrors.Invalid, $"{Key}: expected text or json, found '{other}'", null),
            };
        }
    }

    /// <summary>As <c>--require-tokens</c> (<c>Strata__Tokens__Required=true</c>).</summary>
    /// <exception cref="OperationException">The setting is neither <c>true</c> nor <c>false</c>: nobody should take it for one and get the other.</exception>
    public bool RequireTokens
    {
        get
        {
            const string Key = "Strata:Tokens:Required";
            return Text(Key) is { } text && (bool.TryParse(text, out var required)
                ? required
                : throw new OperationException(OperationErrors.Invalid, $"{Key}: expected true or false, found '{text}'", null));
        }
    }

    /// <summary>The secret of tokens that several processes share (<c>Strata__Tokens__SecretFile</c>); null: each data directory has its own.</summary>
    public string? TokenSecretFile => Text("Strata:Tokens:SecretFile") is { } file ? Path.GetFullPath(file) : null;

    /// <summary>An identity provider whose tokens count too (<c>Strata__Tokens__Oidc__Issuer</c>, <c>…__Audience</c>).</summary>
    /// <exception cref="OperationException">The issuer is no web address.</exception>
    public OidcIssuer? Oidc => Address("Strata:Tokens:Oidc:Issuer", "https://HOST", Uri.UriSchemeHttps, Uri.UriSchemeHttp) is { } issuer
        ? new(issuer, Text("Strata:Tokens:Oidc:Audience") ?? OidcIssuer.UsualAudience)
        : null;

    public static HostSettings Load(bool verbose) => Load(new EnvironmentVariablesConfigurationSource(), verbose);

    /// <param name="environment">In place of the process's own.</param>
    public static HostSettings Load(IConfigurationSource environment, bool verbose) => new(
        new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
            .Add(environment)
            .Build(),
        verbose);

    private Uri? Address(string key, string form, params ReadOnlySpan<string> schemes)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme) && address.Host.Length > 0)
        {
            return address;
        }

        // What stands before an @ may be a password.
        var shown = text.LastIndexOf('@') is >= 0 and var at ? "…" + text[at..] : text;
        throw new OperationException(
            OperationErrors.Invalid, $"{key}: expected {form}, found '{shown}'", $"set {key.Replace(":", "__", StringComparison.Ordinal)} in the environment (or {key} in appsettings.json), or leave it out");
    }

    private TimeSpan? Time(string key, TimeSpan shortest, TimeSpan longest, string next)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= shortest && time <= longest
            ? time
            : throw new OperationException(OperationErrors.Invalid, $"{key}: expected a time from {shortest} to {longest}, found '{text}'", next);
    }

    private string? Text(string key) => Configuration[key] is { Length: > 0 } text ? text : null;

    private ImmutableArray<string> Folders(string key) =>
        [.. (Configuration[key] ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Path.GetFullPath)];
}
