using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Projections;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Strata in a command's own process, without a port: it holds the data directory while it runs.</summary>
internal sealed class StrataNode : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DataDirectoryLock _lock;

    private StrataNode(IHost host, DataDirectoryLock taken)
    {
        _host = host;
        _lock = taken;
        Operations = host.Services.GetRequiredService<IOperations>();
        Log = host.Services.GetRequiredService<ILogStreams>();
        Dataframes = host.Services.GetRequiredService<IDataframeStreams>();
    }

    public IOperations Operations { get; }

    public ILogStreams Log { get; }

    public IDataframeStreams Dataframes { get; }

    public static async Task<StrataNode> StartAsync(
        DataDirectory data, DataDirectoryLock taken, Roles roles, HostSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            StderrLogging.Configure(builder.Logging, settings, LogLevel.Warning);
            builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
            await builder.Services.AddStrataAsync(data, roles, settings, allowedRoots: null, cancellationToken);
            var host = builder.Build();
            await host.StartAsync(cancellationToken);
            return new(host, taken);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Tells how far the tables are from what the log holds now, until they are there or stand still: whoever asks them says why they do.</summary>
    public async Task CatchUpAsync(IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var tables = _host.Services.GetRequiredService<IReadModels>();
        var (first, head) = (tables.Position, await _host.Services.GetRequiredService<IEventStore>().HeadAsync(cancellationToken));
        try
        {
            for (var position = first; position < head; position = tables.Position)
            {
                progress.Report(new("folding", position - first, head - first));
                await tables.WaitForChangeAsync(position, cancellationToken);
            }
        }
        catch (ProjectionBehindException)
        {
            // Told by the operation, which waits for the same position.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await HostDisposal.DisposeAsync(_host);
        _lock.Dispose();
    }
}

/// <summary>Signals are handled once, by the program: no host listens for them by itself.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class HostDisposal
{
    /// <summary>Hosts are <see cref="IAsyncDisposable"/> though <see cref="IHost"/> does not say so, and some services can only be disposed that way.</summary>
    public static async ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }
}
