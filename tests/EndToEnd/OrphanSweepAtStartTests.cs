using Microsoft.Extensions.DependencyInjection;
using Strata.Cli;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Registrar;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary>A big folder is swept beside the work, and not before it.</summary>
public sealed class OrphanSweepAtStartTests
{
    private const int Patience = 60_000;
    private const int Orphans = 3_000;
    private const string Dataset = "sample_5";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task While_a_big_folder_is_swept_at_start_recordings_are_registered_and_derived()
    {
        var folder = Directory.CreateTempSubdirectory("strata-orphans-");
        await using (await StrataInProcess.StartAsync(Roles.Worker, folder.FullName))
        {
            // From here on the folder is known to be this log's.
        }

        var orphans = await WriteOrphansAsync(folder.FullName);
        using var release = new ManualResetEventSlim();
        var collected = new Watched<int?>(null);
        await using (var strata = await StrataInProcess.StartAsync(
            Roles.Worker,
            folder.FullName,
            services =>
            {
                services.Decorate<IContentCollector>(collector => new HeldSweep(collector, release, collected));
                services.AddHostedService<OrphanSweep>();
            }))
        {
            await strata.RegisterAsync(Dataset, Samples.Files, wait: true);
            (await strata.LayersAsync(Dataset)).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", 5));
            collected.Value.ShouldBeNull("the sweep is held");

            release.Set();
            (await collected.UntilAsync(c => c is not null, Token)).ShouldBe(Orphans);
            orphans.ShouldAllBe(path => !File.Exists(path));
            (await strata.EventsAsync()).ShouldAllBe(e => KeptFiles.Of(e.Event, folder.FullName).All(File.Exists));
        }

        folder.Delete(recursive: true);
    }

    private static async Task<IReadOnlyList<string>> WriteOrphansAsync(string folder)
    {
        var store = new LocalRecordingStore(new LocalRecordingStoreOptions(folder, [], null));
        var kept = await store.WriteAllAsync([.. Enumerable.Range(0, Orphans).Select(i => (ReadOnlyMemory<byte>)BitConverter.GetBytes(i))], Token);
        var paths = kept.Select(k => Path.Combine(folder, k.Kept.Location)).ToList();
        paths.ForEach(path => File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-2)));
        return paths;
    }

    /// <summary>A sweep that goes through a folder for as long as the test likes, on the thread that it was given.</summary>
    private sealed class HeldSweep(IContentCollector collector, ManualResetEventSlim release, Watched<int?> collected) : IContentCollector
    {
        public async Task<Collection> SweepAsync(CancellationToken cancellationToken)
        {
            release.Wait(cancellationToken);
            var swept = await collector.SweepAsync(cancellationToken);
            collected.Change(_ => swept.Files.Length);
            return swept;
        }

        public Task<Collection> PlanAsync(IProgress<CollectionProgress>? progress, CancellationToken cancellationToken) => collector.PlanAsync(progress, cancellationToken);

        public Task<Collection> CollectAsync(EventSource source, IProgress<CollectionProgress>? progress, CancellationToken cancellationToken) =>
            collector.CollectAsync(source, progress, cancellationToken);

        public Task<ContentUsage> MeasureAsync(UsageGrouping by, IProgress<CollectionProgress>? progress, CancellationToken cancellationToken) =>
            collector.MeasureAsync(by, progress, cancellationToken);

        public Task<IReadOnlyDictionary<DatasetId, long?>> RetentionsAsync(CancellationToken cancellationToken) => collector.RetentionsAsync(cancellationToken);
    }
}
