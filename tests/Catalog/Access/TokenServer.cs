using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Strata.Catalog.Tests.Http2;
using Strata.Catalog.Tokens;
using Strata.Cli;
using Strata.Contracts;
using Strata.Registrar;
using Strata.TestSupport;
using Strata.Web;

namespace Strata.Catalog.Tests.Access;

/// <summary>The server as <c>strata serve --require-tokens</c> starts it, with the datasets <c>arm</c> and <c>leg</c>, a recording in the latter: catalog and REST behind one gate.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    public const string Subject = "robot-7";

    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new();
    private StrataServer _server = null!;

    public DatasetId Arm { get; private set; }

    public DatasetId Leg { get; private set; }

    public CatalogPorts Ports => _server.Services.GetRequiredService<CatalogPorts>();

    /// <summary>All that the port serves.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints => [.. _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TokenServer> StartAsync()
    {
        var server = new TokenServer();
        var options = ServeOptions.Default with { Listen = new(IPAddress.Loopback, 0), Tokens = TokenUse.Always, DefaultRules = RuleSets.None };
        var settings = new HostSettings(
            new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Strata:Recordings:Roots"] = server._folder.Path("") }).Build(),
            Verbose: false);
        server._server = await StrataServer.StartAsync(new DataDirectory(server._folder.Path("data")), options, settings, LogLevel.Critical, Cancel);
        server.Arm = await server.CreateAsync("arm");
        server.Leg = await server.CreateAsync("leg");
        await server.RegisterAsync("leg", server.Write("run.rrd", TestSupport.Recordings.Numbers("run")));
        return server;
    }

    public static string OfScope(AccessScope scope, string? dataset = null) => new ScopeGrant(scope, dataset).ToString();

    /// <param name="scopes">As they stand in a token; one that this version does not know grants nothing.</param>
    public string Token(params string[] scopes) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "strata",
        Audience = "redap",
        Expires = DateTime.UtcNow.AddHours(1),
        SigningCredentials = new(new SymmetricSecurityKey(TokenSecret.LoadOrCreate(_folder.Path("data/token.secret"))), SecurityAlgorithms.HmacSha256),
        Claims = new Dictionary<string, object> { ["sub"] = Subject, ["strata_scopes"] = scopes },
    });

    /// <summary>A recording in a file that the server can open.</summary>
    public string Write(string name, byte[] content) => _folder.Write(name, content);

    public async Task<RegisterOutcome> RegisterAsync(string dataset, string path)
    {
        var command = new RegisterRecordings(dataset, "base", [new(path, new Uri(path).AbsoluteUri)], OnDuplicate.Error, null, [], new EventSource("cli", "ada"), null);
        var outcome = await Ports.Registrar.RegisterAsync(command, null, Cancel);
        await Ports.ReadModels.WaitForAsync(outcome.Position, Cancel);
        return outcome;
    }

    /// <summary>A call of any kind with one request message.</summary>
    /// <param name="token">Null: none.</param>
    public async Task<RawAnswer> CallAsync(string method, IMessage request, string? token, DatasetId? dataset = null, bool staysOpen = false)
    {
        var headers = new List<(string, string)>();
        if (token is not null)
        {
            headers.Add(("authorization", $"Bearer {token}"));
        }

        if (dataset is { } id)
        {
            headers.Add(("x-rerun-entry-id", EntryIdText.Of(id)));
        }

        return await RawCall.SendAsync(_http, new Uri(_server.Url), method, GrpcFrames.Encode(request), staysOpen, [.. headers]);
    }

    public async Task<(HttpStatusCode Status, string Body)> RestAsync(string method, string path, string? token, string body = "{}", string? userAgent = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(new Uri(_server.Url), path));
        request.Headers.Authorization = token is null ? null : new("Bearer", token);
        request.Content = method == "GET" ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        if (userAgent is not null)
        {
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue(userAgent, "1"));
        }

        using var answer = await _http.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<DatasetId> CreateAsync(string name)
    {
        var created = await Ports.Registrar.CreateDatasetAsync(new(name, KeepMode.Copy, [], new EventSource("cli", "ada")), Cancel);
        await Ports.ReadModels.WaitForAsync(created.Position, Cancel);
        return created.Dataset;
    }
}
