using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Arrow;
using Strata.Cli;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.DerivationWorkers.Tests;
using Strata.Servers;
using Strata.UnreliableBus;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>A base layer that is replaced while it is worked on, over both adapters of the log. Source: DESIGN rules 6 and 9.</summary>
public sealed class StormTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const int Patience = 120_000;
    private const string Dataset = "arms";
    private const string Segment = "s";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-storm-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory(Timeout = Patience)]
    [InlineData(OverAdapters.Sqlite)]
    [InlineData(OverAdapters.Postgres)]
    public async Task A_burst_of_replacements_settles_on_the_last_without_deriving_each(string adapter)
    {
        const int Replacements = 40;
        using var deriver = new CountedBlockedDeriver(new TrackingErrorDeriver());
        await using var over = await OverAdapters.StartAsync(
            adapter, server, Roles.Worker, services => services.Decorate<DeriverRegistry>(_ => new([deriver, new QualityDeriver()])), ("Strata:Workers:Parallelism", "1"));
        await over.Strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, Segment, 0.1, 0.1)], wait: false);
        await deriver.Calls.UntilAsync(calls => calls == 1, Token);

        for (var i = 1; i <= Replacements; i++)
        {
            await over.Strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, Segment, 0.1, 0.1 + (0.001 * i))], wait: false, onDuplicate: "replace");
        }

        deriver.LetGo();
        await over.Strata.SettleAsync(Dataset, Token);

        deriver.Calls.Value.ShouldBe(2, "the one that was under way, and the last");
        var events = (await over.Strata.EventsAsync()).Select(e => e.Event).ToList();
        var bases = events.OfType<LayerRegistered>().Where(l => l.Layer == "base").ToList();
        bases.Count.ShouldBe(1 + Replacements);
        var derived = events.OfType<LayerRegistered>().Where(l => l.Origin == LayerOrigin.Derived).ToList();
        derived.Select(l => l.Layer).ShouldBe(["tracking_error", "quality"]);
        derived[0].Provenance!.Inputs.ShouldBe([new DerivationInput("base", bases[^1].Fingerprint)]);
        derived[1].Provenance!.Inputs.ShouldBe([new DerivationInput("tracking_error", derived[0].Fingerprint)]);
    }

    [Theory(Timeout = Patience)]
    [InlineData(OverAdapters.Sqlite)]
    [InlineData(OverAdapters.Postgres)]
    public async Task Rule_6_a_worker_that_was_stopped_after_it_had_computed_is_refused_once_another_has_done_the_new_base(string adapter)
    {
        await using var over = await OverAdapters.StartAsync(adapter, server, Roles.Registrar | Roles.Relay | Roles.Projections);
        var strata = over.Strata;
        var (reached, resume) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var ports = strata.Services.GetRequiredService<WorkerPorts>();
        var answers = new Watched<IReadOnlyList<string>>([]);
        await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, Segment, 0.1, 0.1)], wait: false);
        await using var a = Start(strata, "a", ports with
        {
            // It looks once, and is not woken by what comes then: that is left to the other one.
            ReadModels = new ObservedReadModels(ports.ReadModels) { TellsNothing = true },
            Recordings = new PausingRecordings(ports.Recordings, reached, resume.Task),
            Registrar = HeardRegistrar.Around(ports.Registrar, answers),
        });
        await reached.Task.WaitAsync(Token);

        await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, Segment, 0.2, 0.2)], wait: false, onDuplicate: "replace");
        await using var b = Start(strata, "b", ports);
        await strata.SettleAsync(Dataset, Token);
        var before = await strata.EventsAsync();
        before.Select(e => e.Event).OfType<DerivationDone>().Select(d => d.Rule).ShouldBe(["tracking_error", "quality"], "by b, of the new base");

        resume.SetResult();
        (await answers.UntilAsync(heard => heard.Count > 0, Token)).ShouldBe(["superseded"]);
        await a.DisposeAsync();
        (await strata.EventsAsync()).Select(e => e.EventId).ShouldBe(before.Select(e => e.EventId));
        (await strata.LayersAsync(Dataset)).ShouldBe(["base, tracking_error, quality"]);
    }

    [Theory(Timeout = Patience)]
    [InlineData(OverAdapters.Sqlite)]
    [InlineData(OverAdapters.Postgres)]
    public async Task Rule_9_dependants_of_a_replaced_base_are_made_anew_in_order_and_those_of_a_removed_one_go_with_the_reason(string adapter)
    {
        await using var over = await OverAdapters.StartAsync(adapter, server, Roles.Worker);
        var strata = over.Strata;
        await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, Segment, 0.1, 0.1)], wait: true);
        var then = strata.ReadModels.Position;
        await strata.RegisterAsync(Dataset, [SmallRecordings.Write(_folder, Segment, 0.2, 0.2)], wait: true, onDuplicate: "replace");
        await strata.Operations.RunAsync(UnregisterOperation.Route, new UnregisterRequest(Dataset, [Segment], ["base"], Wait: true), NoProgress.Instance, Token);

        var events = (await strata.EventsAsync()).Select(e => e.Event).ToList();
        events.OfType<LayerRegistered>().Select(l => l.Layer).ShouldBe(["base", "tracking_error", "quality", "base", "tracking_error", "quality"]);
        events.OfType<LayerUnregistered>().Select(l => (l.Layer, l.Reason)).ShouldBe([("base", "asked"), ("tracking_error", "input_removed"), ("quality", "input_removed")]);
        (await strata.LayersAsync(Dataset)).ShouldBeEmpty();
        var old = await strata.Operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest(Dataset, $"{then}"), NoProgress.Instance, Token);
        old.Rows.EnumerateArray().Select(StrataProgram.Layers).ShouldBe(["base, tracking_error, quality"]);
    }

    private static RunningWorker Start(StrataInProcess strata, string owner, WorkerPorts ports) => new(new DerivationWorker(
        ports,
        strata.Services.GetRequiredService<RecordingReading>(),
        strata.Services.GetRequiredService<DeriverRegistry>(),
        strata.Services.GetRequiredService<WorkerOptions>() with { Owner = owner, SweepEvery = TimeSpan.FromHours(1) },
        TimeProvider.System,
        NullLogger<DerivationWorker>.Instance));

    private sealed class RunningWorker : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        private readonly Task _running;
        private bool _ended;

        public RunningWorker(DerivationWorker worker) => _running = Task.Run(() => worker.RunAsync(_stop.Token), Token);

        public async ValueTask DisposeAsync()
        {
            if (!_ended)
            {
                _ended = true;
                await _stop.CancelAsync();
                await _running;
                _stop.Dispose();
            }
        }
    }

    /// <summary>The first call waits until it is let go; all are counted.</summary>
    private sealed class CountedBlockedDeriver(IDeriver deriver) : IDeriver, IDisposable
    {
        private readonly ManualResetEventSlim _letGo = new();

        public Watched<int> Calls { get; } = new(0);

        public string Name => deriver.Name;

        public int Version => deriver.Version;

        public void LetGo() => _letGo.Set();

        public string? RefuseParameters(CanonicalJson parameters) => deriver.RefuseParameters(parameters);

        public SchemaMatch Match(Schema schema, CanonicalJson parameters) => deriver.Match(schema, parameters);

        public bool Reads(Field column, CanonicalJson parameters) => deriver.Reads(column, parameters);

        public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
        {
            Calls.Change(calls => calls + 1);
            _letGo.Wait(cancellationToken);
            return deriver.Derive(request, cancellationToken);
        }

        public void Dispose() => _letGo.Dispose();
    }
}
