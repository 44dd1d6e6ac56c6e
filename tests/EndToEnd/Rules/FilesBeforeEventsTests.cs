using System.Collections.Concurrent;
using System.Diagnostics;
using Strata.Cli;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Recordings.Tests;
using Strata.UnreliableBus;

namespace Strata.EndToEnd.Tests;

/// <summary>Bytes are whole under their last name before an event names them, however the process ends. Source: DESIGN rule 15.</summary>
public sealed class FilesBeforeEventsTests : IDisposable
{
    private const int Patience = 60_000;
    private const string Dataset = "files";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-files-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = Patience)]
    public async Task Rule_15_when_an_event_is_appended_its_file_is_whole_under_its_last_name()
    {
        var broken = Path.Combine(_folder, "broken.rrd");
        await File.WriteAllTextAsync(broken, "no recording", Token);
        var (missing, seen) = (new ConcurrentBag<string>(), new ConcurrentDictionary<string, bool>());
        await using (var strata = await StrataInProcess.StartAsync(
            Roles.Worker,
            Data,
            services => services.Decorate<IEventStore>(log => new WatchedLog(log, append =>
            {
                foreach (var path in append.Streams.SelectMany(s => s.Events).SelectMany(e => KeptFiles.Of(e, Data)))
                {
                    seen[path] = true;
                    if (!KeptFiles.IsWhole(path))
                    {
                        missing.Add(path);
                    }
                }
            }))))
        {
            await strata.RegisterAsync(Dataset, [.. Samples.Files, broken], wait: true);
        }

        seen.Count.ShouldBe((3 * Samples.Files.Length) + 1, "layers, derived ones too, and a quarantined file");
        missing.ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(Data, "recordings"), "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory(Timeout = Patience)]
    [InlineData(3)]
    [InlineData(40)]
    public async Task Rule_15_when_an_event_is_appended_a_power_cut_would_take_neither_its_file_nor_the_files_name(int recordings)
    {
        var broken = Path.Combine(_folder, "broken.rrd");
        await File.WriteAllTextAsync(broken, "no recording", Token);
        var (disk, lost, seen) = (new ObservedDisk(), new ConcurrentBag<string>(), new ConcurrentDictionary<string, bool>());
        await using (var strata = await StrataInProcess.StartAsync(
            Roles.Worker,
            Data,
            services =>
            {
                services.Decorate<IRecordingStore>(_ => new LocalRecordingStore(new(Data, [], null), disk));
                services.Decorate<IEventStore>(log => new WatchedLog(log, append =>
                {
                    foreach (var path in append.Streams.SelectMany(s => s.Events).SelectMany(e => KeptFiles.Of(e, Data)))
                    {
                        seen[path] = true;
                        if (!disk.Survives(path))
                        {
                            lost.Add(path);
                        }
                    }
                }));
            }))
        {
            await strata.RegisterAsync(Dataset, [.. SmallRecordings.WriteMany(Path.Combine(_folder, "recordings"), recordings), broken], wait: true);
        }

        seen.Count.ShouldBe((3 * recordings) + 1, "layers, derived ones too, and a quarantined file");
        lost.ShouldBeEmpty();
        disk.NamedTooEarly.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rule_15_killed_while_files_are_written_no_event_names_a_missing_one_and_the_rest_is_done_next_time()
    {
        var recordings = Path.Combine(_folder, "recordings");
        SmallRecordings.WriteMany(recordings, 60);
        foreach (var files in new[] { 1, 40, 70 })
        {
            await RegisterUntilAsync(recordings, files);
            await ShouldNameOnlyWholeFilesAsync();
        }

        (await StrataProgram.RunAsync(Data, "register", recordings, "--dataset", Dataset)).Code.ShouldBe(0);

        var named = await ShouldNameOnlyWholeFilesAsync();
        named.ShouldBe(3 * 60);
        var verified = await StrataProgram.JsonAsync(Data, 0, "verify", Dataset);
        verified.GetProperty("equal").GetInt64().ShouldBe(3 * 60);
    }

    /// <summary>Kills the process when so many files have got their last name.</summary>
    private async Task RegisterUntilAsync(string recordings, int files)
    {
        var kept = Directory.CreateDirectory(Path.Combine(Data, "recordings")).FullName;
        var appeared = new Watched<int>(0);
        using var watcher = new FileSystemWatcher(kept, "*.rrd") { IncludeSubdirectories = true, InternalBufferSize = 64 * 1024 };
        watcher.Renamed += (_, _) => appeared.Change(n => n + 1);
        watcher.Created += (_, _) => appeared.Change(n => n + 1);
        watcher.EnableRaisingEvents = true;
        using var process = Process.Start(StrataProgram.StartInfo(Data, "register", recordings, "--dataset", Dataset))!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        var ended = process.WaitForExitAsync(Token);
        await Task.WhenAny(appeared.UntilAsync(n => n >= files, Token), ended);
        process.Kill();
        await ended;
        await output;
    }

    private async Task<int> ShouldNameOnlyWholeFilesAsync()
    {
        await using var strata = await StrataInProcess.StartAsync(Roles.Projections, Data);
        var named = (await strata.EventsAsync()).SelectMany(e => KeptFiles.Of(e.Event, Data)).ToList();
        named.ShouldAllBe(path => KeptFiles.IsWhole(path));
        return named.Count;
    }

    private sealed class WatchedLog(IEventStore log, Action<Append> beforeAppend) : IEventStore
    {
        public Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken)
        {
            beforeAppend(append);
            return log.AppendAsync(append, cancellationToken);
        }

        public Task<EventPage> ReadAsync(long afterPosition, int maxEvents, CancellationToken cancellationToken) => log.ReadAsync(afterPosition, maxEvents, cancellationToken);

        public Task<IReadOnlyList<StreamState>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken) => log.ReadStreamsAsync(streamIds, cancellationToken);

        public Task<long> HeadAsync(CancellationToken cancellationToken) => log.HeadAsync(cancellationToken);

        public Task WaitForEventsAsync(long afterPosition, CancellationToken cancellationToken) => log.WaitForEventsAsync(afterPosition, cancellationToken);

        public Task<IReadOnlyDictionary<Sha256Digest, ReadOnlyMemory<byte>>> ReadBlobsAsync(IReadOnlyCollection<Sha256Digest> hashes, CancellationToken cancellationToken) =>
            log.ReadBlobsAsync(hashes, cancellationToken);

        public Task<IReadOnlyList<GuardRow>> ReadGuardsAsync(string scope, CancellationToken cancellationToken) => log.ReadGuardsAsync(scope, cancellationToken);
    }
}
