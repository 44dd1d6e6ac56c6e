using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// Where a command's operations run: in the server that holds the data directory, or, when there is none, in this process, which then holds it.
/// </summary>
internal sealed class StrataAccess : IAsyncDisposable
{
    /// <summary>A command waits so long for another one to be done with the data directory, or for a server to come up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly IAsyncDisposable _owned;

    private StrataAccess(IOperations operations, ILogStreams log, IDataframeStreams dataframes, IAsyncDisposable owned, bool inProcess)
    {
        Operations = operations;
        Log = log;
        Dataframes = dataframes;
        _owned = owned;
        InProcess = inProcess;
    }

    public IOperations Operations { get; }

    public ILogStreams Log { get; }

    public IDataframeStreams Dataframes { get; }

    /// <summary>No server: what this command starts must be finished before it ends.</summary>
    public bool InProcess { get; }

    /// <inheritdoc cref="StrataNode.CatchUpAsync"/>
    public Task CatchUpAsync(IProgress<OperationProgress> progress, CancellationToken cancellationToken) => (_owned as StrataNode)?.CatchUpAsync(progress, cancellationToken) ?? Task.CompletedTask;

    /// <param name="roles">What must run here when there is no server.</param>
    /// <exception cref="OperationException">Another process holds the data directory and does not answer.</exception>
    public static async Task<StrataAccess> OpenAsync(DataDirectory data, Roles roles, HostSettings settings, CancellationToken cancellationToken)
    {
        // With the log in a database a new folder holds no more than this process's tables, which are folded from it.
        if (!data.Exists && settings.EventStoreConnection is null && !roles.HasFlag(Roles.Registrar))
        {
            throw new OperationException(
                OperationErrors.NotFound, $"there is no data in {data.Path}", "strata register RECORDINGS --dataset NAME, or name the folder with --data");
        }

        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (DataDirectoryLock.TryTake(data) is { } taken)
            {
                RunningServer.Remove(data);
                var node = await StrataNode.StartAsync(data, taken, roles, settings, cancellationToken);
                return new(node.Operations, node.Log, node.Dataframes, node, inProcess: true);
            }

            if (OfServer(data) is { } server)
            {
                return server;
            }

            if (TimeProvider.System.GetElapsedTime(deadline) > Patience)
            {
                throw new OperationException(
                    OperationErrors.Conflict, $"another strata command is working in {data.Path} and has not ended for {Patience.TotalSeconds:N0} s", "wait for it, or keep a 'strata serve' running: commands share it");
            }

            await Task.Delay(LookAgain, cancellationToken);
        }
    }

    /// <summary>The server that says to serve the data directory, whether it answers or not; never this process.</summary>
    public static StrataAccess? OfServer(DataDirectory data)
    {
        if (RunningServer.Read(data) is not { } server)
        {
            return null;
        }

        var remote = new HttpOperations(data, server);
        return new(remote, remote, remote, new Owned(remote), inProcess: false);
    }

    public ValueTask DisposeAsync() => _owned.DisposeAsync();

    private sealed class Owned(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
