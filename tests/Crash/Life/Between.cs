using Microsoft.Extensions.DependencyInjection;
using Strata.Bus;
using Strata.Cli;
using Strata.DerivationWorkers;
using Strata.EndToEnd.Tests;
using Strata.EventStore;
using Strata.Projections;
using Strata.Projections.Running;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Crash.Life;

/// <summary>Puts the fault points between the rooms.</summary>
internal static class Between
{
    /// <summary>As long as a dead worker's claims hold in a log that several processes share: the next one waits for it.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Sweep = TimeSpan.FromMilliseconds(500);

    public static void AddFaultPoints(this IServiceCollection services, DataDirectory data, FaultPoints points)
    {
        services.AddSingleton<IRecordingStore>(_ => new LocalRecordingStore(
            new LocalRecordingStoreOptions(data.Path, [], null),
            Crossing<IDisk>.Before(
                new LocalDisk(), points,
                (nameof(IDisk.Create), FaultPoint.Create), (nameof(IDisk.Rename), FaultPoint.Rename), (nameof(IDisk.FlushFolder), FaultPoint.FlushFolder))));
        services.Decorate<IRecordingStore>(port => Crossing<IRecordingStore>.Before(
            port, points, (nameof(IRecordingStore.KeepAllAsync), FaultPoint.Keep), (nameof(IRecordingStore.WriteAllAsync), FaultPoint.Write)));
        services.Decorate<IEventStore>(port => Crossing<IEventStore>.Before(port, points, (nameof(IEventStore.AppendAsync), FaultPoint.Append)));
        services.Decorate<IWorkClaims>(port => Crossing<IWorkClaims>.Before(
            port, points, (nameof(IWorkClaims.ClaimAsync), FaultPoint.Claim), (nameof(IWorkClaims.BeginAsync), FaultPoint.Begin), (nameof(IWorkClaims.SettleAsync), FaultPoint.Settle)));
        services.Decorate<ILeases>(port => Crossing<ILeases>.Before(port, points, (nameof(ILeases.AcquireAsync), FaultPoint.Lease)));
        services.Decorate<IRegistrar>(port => Crossing<IRegistrar>.Before(
            port, points, (nameof(IRegistrar.RegisterAsync), FaultPoint.Register), (nameof(IRegistrar.RecordEvaluationsAsync), FaultPoint.RecordEvaluations)));
        services.Decorate<IPublishMessages>(port => Crossing<IPublishMessages>.Before(port, points, (nameof(IPublishMessages.PublishAsync), FaultPoint.Publish)));
        services.Decorate<IRelayCheckpoint>(port => Crossing<IRelayCheckpoint>.Before(port, points, (nameof(IRelayCheckpoint.WriteAsync), FaultPoint.Checkpoint)));
        IDeriver[] derivers = [new TrackingErrorDeriver(), new QualityDeriver()];
        services.AddSingleton(new DeriverRegistry([.. derivers.Select(d => Crossing<IDeriver>.Before(d, points, (nameof(IDeriver.Derive), FaultPoint.Derive)))]));
        services.AddSingleton(new WorkerOptions($"life:{Environment.ProcessId}") { Lease = Lease, SweepEvery = Sweep });
    }

    public static void PassWhileFolding(this ReadModels models, FaultPoints points)
    {
        foreach (var tables in models.Projections)
        {
            tables.Passing = step => points.Pass(step switch
            {
                FoldStep.Staged => FaultPoint.Staged,
                FoldStep.Committed => FaultPoint.Committed,
                FoldStep.Replayed => FaultPoint.Replayed,
                FoldStep.Swapped => FaultPoint.Swapped,
                _ => throw new InvalidOperationException($"a step without a fault point: {step}"),
            });
        }
    }
}
