using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.Cli;
using Strata.EventStore;
using Strata.Projections;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// Strata in the test's own process, put together as the program puts it together: real log, registrar, read models, relay, bus and workers over a
/// folder of its own. A test may stand between two rooms, and nowhere else.
/// </summary>
internal sealed class StrataInProcess : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DirectoryInfo? _owned;

    private StrataInProcess(IHost host, DataDirectory data, DirectoryInfo? owned) => (_host, Data, _owned) = (host, data, owned);

    public DataDirectory Data { get; }

    public IServiceProvider Services => _host.Services;

    public IOperations Operations => Services.GetRequiredService<IOperations>();

    public IEventStore Log => Services.GetRequiredService<IEventStore>();

    public IReadModels ReadModels => Services.GetRequiredService<IReadModels>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<StrataInProcess> StartAsync(Action<IServiceCollection> between, params (string Name, string Value)[] settings) => StartAsync(Roles.Worker, null, between, null, settings);

    /// <param name="folder">Null: a new one, deleted at the end.</param>
    /// <param name="allowedRoots">Null: any local path may be opened.</param>
    public static async Task<StrataInProcess> StartAsync(
        Roles roles, string? folder = null, Action<IServiceCollection>? between = null, ImmutableArray<string>? allowedRoots = null, params (string Name, string Value)[] settings)
    {
        var owned = folder is null ? Directory.CreateTempSubdirectory("strata-in-process-") : null;
        var data = new DataDirectory(folder ?? owned!.FullName);
        Directory.CreateDirectory(data.Path);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value)).Build();
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        await builder.Services.AddStrataAsync(data, roles, new HostSettings(configuration, Verbose: false), allowedRoots, Token);
        between?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync(Token);
        return new(host, data, owned);
    }

    /// <param name="commandId">Of a delivery that may come twice; null: a request of its own.</param>
    public Task<RegisterResponse> RegisterAsync(
        string dataset, IEnumerable<string> paths, bool wait, string layer = "base", string onDuplicate = "known", string rules = RuleSets.HowTo, string? commandId = null) =>
        Operations.RunAsync(
            RegisterOperation.Route,
            new RegisterRequest(dataset, [.. paths.Select(p => new RegisterSource(p, "file://" + p))], layer, onDuplicate, Rules: rules, Wait: wait, CommandId: commandId),
            NoProgress.Instance,
            Token);

    /// <summary>Per segment the names of its layers, in the table's order.</summary>
    public async Task<IReadOnlyList<string>> LayersAsync(string dataset)
    {
        var table = await Operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest(dataset), NoProgress.Instance, Token);
        return [.. table.Rows.EnumerateArray().Select(StrataProgram.Layers)];
    }

    /// <summary>Until the rules have nothing more to do in the dataset.</summary>
    public async Task SettleAsync(string dataset, CancellationToken cancellationToken)
    {
        var id = (await ReadModels.Entries.FindAsync(dataset, cancellationToken))!.Dataset;
        await Services.GetRequiredService<Settlement>().WaitAsync(id, segments: null, toldBefore: 0, NoProgress.Instance, cancellationToken);
    }

    public async Task<IReadOnlyList<RecordedEvent>> EventsAsync() => (await Log.ReadAsync(0, int.MaxValue, Token)).Events;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await HostDisposal.DisposeAsync(_host);
        _owned?.Delete(recursive: true);
    }
}
