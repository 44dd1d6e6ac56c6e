using Strata.Rrd.Tests;

namespace Strata.Catalog.Tests.Acceptance;

/// <summary>Rerun's server and one Python for all tests of a class, started by the first one: to start them takes longer than most questions.</summary>
public sealed class PeersInTurn : IAsyncDisposable
{
    private RerunServer? _server;
    private PythonScripts? _python;

    /// <summary>Skips the test where the SDK is absent.</summary>
    internal async Task<(RerunServer Server, PythonScripts Python)> StartedAsync() =>
        (_server ??= await RerunServer.StartAsync(), _python ??= PythonScripts.Start(RerunSdk.Python()));

    public async ValueTask DisposeAsync()
    {
        await (_server?.DisposeAsync() ?? default);
        await (_python?.DisposeAsync() ?? default);
    }
}
