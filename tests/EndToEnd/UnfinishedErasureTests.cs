using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Bus.Tests;
using Strata.Cli;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>An erasure that cannot be finished is told wherever somebody looks, never as done, and is tried again without anybody. Source: DESIGN rules 10 and 15.</summary>
public sealed class UnfinishedErasureTests : IAsyncLifetime
{
    /// <summary>What is never tried again or never counted is a failure.</summary>
    private const int Patience = 120_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-unfinished-").FullName;
    private readonly CountedTime _time = new();
    private StrataInProcess _strata = null!;
    private RefusingToRemove _recordings = null!;
    private long _before;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _strata = await StrataInProcess.StartAsync(services => services.Decorate<IRecordingStore>(store => _recordings = new RefusingToRemove(store)));
        await _strata.RegisterAsync("arms", [SmallRecordings.Write(_folder, "gone", 0.1)], wait: true, rules: RuleSets.None);
        _before = await _strata.Log.HeadAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _strata.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_asks_is_told_that_it_is_not_done_and_why()
    {
        (await Health().LookAsync(Token)).ShouldBe(PartFinding.Ok);

        var refused = await Should.ThrowAsync<OperationException>(PurgeAsync());

        refused.Code.ShouldBe(OperationErrors.StorageRefused);
        refused.Message.ShouldContain("it is not erased yet: 1 file cannot be removed: the folder is read-only");
        refused.Next.ShouldNotBeNull().ShouldContain("tries again by itself");
        var health = await Health().LookAsync(Token);
        (health.Status, health.Words).ShouldBe((HealthStatus.Degraded, "1 purged segment cannot be erased, tried 1 time: 1 file cannot be removed: the folder is read-only"));
        health.Next.ShouldNotBeNull().ShouldContain("mend that");
        var line = await HistoryAsync();
        line.Erased.ShouldBe(false);
        line.Text.ShouldEndWith("are to be erased; that is not done yet, the last try ended with: 1 file cannot be removed: the folder is read-only");
        (await PastAsync()).Purged.ShouldNotBeNull().ShouldHaveSingleItem().Erased.ShouldBeFalse();
        (await WhyAsync()).ShouldContain("is read by nobody any more, and is not erased yet");
        var listed = await _strata.Operations.RunAsync(ListUnfinishedPurgesOperation.Route, new ListUnfinishedPurgesRequest(), NoProgress.Instance, Token);
        (listed.Purges.ShouldHaveSingleItem().Dataset, listed.Failure, listed.Attempts).ShouldBe(("arms", "1 file cannot be removed: the folder is read-only", 1));
    }

    [Fact(Timeout = Patience)]
    public async Task It_is_tried_again_by_itself_with_longer_and_longer_pauses_until_it_is_done()
    {
        using var finisher = new PurgeFinisher(_strata.Log, Erasure, _time, NullLogger<PurgeFinisher>.Instance);
        await Should.ThrowAsync<OperationException>(PurgeAsync());
        await finisher.StartAsync(Token);
        await _time.UntilMadeAsync(1, Token);
        Erasure.Failure!.Attempts.ShouldBe(2, "it is tried at the start");

        _time.Advance(PurgeFinisher.LookEvery * 2);
        await _time.UntilMadeAsync(2, Token);
        Erasure.Failure!.Attempts.ShouldBe(3);
        _time.Advance(PurgeFinisher.LookEvery * 3);
        _recordings.Refuses = false;
        Erasure.Failure!.Attempts.ShouldBe(3, "the pause after three is four minutes");

        _time.Advance(PurgeFinisher.LookEvery);
        await _time.UntilMadeAsync(3, Token);

        Erasure.Failure.ShouldBeNull();
        (await Health().LookAsync(Token)).ShouldBe(PartFinding.Ok);
        var line = await HistoryAsync();
        (line.Erased, line.Text.EndsWith("are to be erased; that is done", StringComparison.Ordinal)).ShouldBe((true, true), line.Text);
        (await PastAsync()).Purged.ShouldNotBeNull().ShouldHaveSingleItem().Erased.ShouldBeTrue();
        (await WhyAsync()).ShouldContain("nothing is left");
        await finisher.StopAsync(Token);
    }

    [Fact(Timeout = Patience)]
    public async Task What_another_process_left_is_taken_over_by_the_second_look_that_finds_it_and_by_none_before()
    {
        _recordings.Refuses = false;
        using var finisher = new PurgeFinisher(_strata.Log, Erasure, _time, NullLogger<PurgeFinisher>.Instance);
        await finisher.StartAsync(Token);
        await _time.UntilMadeAsync(1, Token);
        var arms = (await _strata.ReadModels.Entries.FindAsync("arms", Token))!.Dataset;
        await _strata.Services.GetRequiredService<IRegistrar>().PurgeAsync(new(arms, "gone", "asked for it", new("test", null)), Token);

        _time.Advance(PurgeFinisher.LookEvery);
        await _time.UntilMadeAsync(2, Token);
        (await PurgedSegments.ReadUnfinishedAsync(_strata.Log, Token)).ShouldHaveSingleItem("whoever purges may be at it");

        _time.Advance(PurgeFinisher.LookEvery);
        await _time.UntilMadeAsync(3, Token);
        (await PurgedSegments.ReadUnfinishedAsync(_strata.Log, Token)).ShouldBeEmpty();
        await finisher.StopAsync(Token);
    }

    [Fact(Timeout = Patience)]
    public async Task Of_two_purges_of_a_segment_the_history_says_of_the_first_that_the_second_tells()
    {
        _recordings.Refuses = false;
        await PurgeAsync();
        await _strata.RegisterAsync("arms", [SmallRecordings.Write(_folder, "gone", 0.2)], wait: true, rules: RuleSets.None);
        _recordings.Refuses = true;
        await Should.ThrowAsync<OperationException>(PurgeAsync());

        var purges = (await EventsAsync()).Where(e => e.Type == "recording_purged").ToList();

        purges.Select(p => p.Erased).ShouldBe([null, false]);
        purges[0].Text.ShouldEndWith($"whether that is done is told at position {purges[1].Position}");
    }

    [Fact(Timeout = Patience)]
    public async Task The_gauge_counts_it_until_it_is_done()
    {
        var settings = new HostSettings(new ConfigurationBuilder().Build(), Verbose: false);
        using var measures = ActivatorUtilities.CreateInstance<CatalogMeasures>(_strata.Services, new DiskFolders([_strata.Data.Path]), _strata.Data, settings, _time, NullLogger<CatalogMeasures>.Instance);
        var measured = new List<long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "strata.purges.unfinished")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => measured.Add(value));
        listener.Start();
        await measures.StartAsync(Token);
        await Should.ThrowAsync<OperationException>(PurgeAsync());

        // Looked up every 15 s of a time that this moves on.
        while (Unfinished(listener, measured) != 1)
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            await Task.Delay(1, Token);
        }

        _recordings.Refuses = false;
        await PurgeAsync();
        while (Unfinished(listener, measured) != 0)
        {
            _time.Advance(TimeSpan.FromSeconds(15));
            await Task.Delay(1, Token);
        }

        await measures.StopAsync(Token);
    }

    [Fact]
    public void Pauses_double_and_end_at_the_longest() =>
        new[] { 1, 2, 3, 5, 6, 1_000_000 }.Select(a => PurgeFinisher.PauseAfter(a).TotalMinutes).ShouldBe([1, 2, 4, 16, 30, 30]);

    private IErasePurged Erasure => _strata.Services.GetRequiredService<IErasePurged>();

    private ErasureHealth Health() => new(_strata.Log, Erasure);

    private Task<PurgeResponse> PurgeAsync() => _strata.Operations.RunAsync(PurgeOperation.Route, new PurgeRequest("arms", "gone", "asked for it"), NoProgress.Instance, Token);

    private Task<TableResponse> PastAsync() =>
        _strata.Operations.RunAsync(ListSegmentsOperation.Route, new ListSegmentsRequest("arms", AsOf: $"{_before}"), NoProgress.Instance, Token);

    private async Task<HistoryLine> HistoryAsync() => (await EventsAsync())[^1];

    private async Task<IReadOnlyList<HistoryLine>> EventsAsync() =>
        (await _strata.Operations.RunAsync(HistoryOperation.Route, new HistoryRequest("arms", "gone"), NoProgress.Instance, Token)).Events;

    private async Task<string> WhyAsync() =>
        string.Join('\n', (await _strata.Operations.RunAsync(WhyOperation.Route, new WhyRequest("arms", "gone", "base"), NoProgress.Instance, Token)).Sentences);

    /// <summary>The most of all that are measured: other tests of this process purge nothing that is not erased.</summary>
    private static long Unfinished(MeterListener listener, List<long> measured)
    {
        measured.Clear();
        listener.RecordObservableInstruments();
        return measured.Max();
    }
}
