using Microsoft.Extensions.Logging.Abstractions;
using Strata.EventStore;

namespace Strata.Projections.Tests.Support;

/// <summary>Read models in a folder of their own, folded as far as asked.</summary>
public sealed class Folded : IDisposable
{
    private readonly bool _ownsFolder;

    private readonly ILeases _leases;

    public Folded(IEventStore log, string? folder = null)
    {
        Log = log;
        _leases = (ILeases)log;
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("strata-projections-").FullName;
        Models = ReadModels.Open(Folder, log, NullLogger<ReadModels>.Instance);
    }

    public IEventStore Log { get; }

    public string Folder { get; }

    public ReadModels Models { get; private set; }

    public static async Task<Folded> UpToHead(IEventStore log, string? folder = null)
    {
        var folded = new Folded(log, folder);
        await folded.CatchUp();
        return folded;
    }

    /// <summary>Runs the projections until the log's head is folded, then stops them.</summary>
    public async Task CatchUp()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = Run(stop.Token);
        var head = await Log.HeadAsync(stop.Token);
        var waiting = Task.WhenAll(Models.WaitForAsync(head, stop.Token), Models.Fleet.WaitForAsync(head, stop.Token));
        await await Task.WhenAny(waiting, running);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    public Task Run(CancellationToken cancellationToken) => Run(TimeProvider.System, cancellationToken);

    public Task Run(TimeProvider time, CancellationToken cancellationToken) => Runner(time).RunAsync(cancellationToken);

    public ProjectionRunner Runner(TimeProvider time, RunnerOptions? options = null) =>
        new(Models, Log, _leases, options ?? new RunnerOptions("test"), time, NullLogger<ProjectionRunner>.Instance);

    public void Reopen()
    {
        Models.Dispose();
        Models = ReadModels.Open(Folder, Log, NullLogger<ReadModels>.Instance);
    }

    public void Dispose()
    {
        Models.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
