using Strata.Contracts;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Workers among the real rooms.</summary>
public sealed class CatalogTests
{
    private const int Patience = 120_000;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Both_layers_of_the_sample_episodes_appear_by_themselves_and_derive_again_to_the_same_bytes()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.RegisterAsync(OnDuplicate.Known, [.. TestRecordings.SampleSegments.Select(TestRecordings.Sample)]);
        await catalog.WaitUntilSettledAsync();

        foreach (var segment in TestRecordings.SampleSegments)
        {
            var facts = await catalog.WhyAsync(segment, Stopped);
            WhyStory.Tell(facts, null).Rows.Select(r => (r.Layer, r.Outcome)).ShouldBe(
                [("base", WhyOutcomes.Given), ("tracking_error", WhyOutcomes.Derived), ("quality", WhyOutcomes.Derived)]);
        }

        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, null, null, null, Stopped);
        report.Different.ShouldBeEmpty();
        (report.Checked, report.Equal).ShouldBe((15, 15));
    }

    [Fact(Timeout = Patience)]
    public async Task A_single_flipped_byte_of_a_derived_layer_is_found_by_verification()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();
        var path = catalog.FindFile((await catalog.FindLayerAsync("s", "tracking_error"))!.Kept);
        var bytes = await File.ReadAllBytesAsync(path, Stopped);
        bytes[^40] ^= 1;
        File.SetAttributes(path, FileAttributes.Normal);
        await File.WriteAllBytesAsync(path, bytes, Stopped);

        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, "s", "tracking_error", null, Stopped);

        var difference = report.Different.ShouldHaveSingleItem();
        (difference.Segment, difference.Layer, difference.What).ShouldBe(("s", "tracking_error", "file_sha256"));
        (report.Checked, report.Equal).ShouldBe((1, 0));
    }

    [Fact(Timeout = Patience)]
    public async Task A_changed_and_a_vanished_reference_are_noted_once_by_verification_and_told_by_why()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        var (changed, gone) = (catalog.Write("changed", 0.1, 0.2), catalog.Write("gone", 0.3, 0.4));
        await catalog.RegisterAsync(OnDuplicate.Known, KeepMode.Reference, changed, gone);
        await catalog.WaitUntilSettledAsync();
        await File.AppendAllTextAsync(changed, "more", Stopped);
        File.Delete(gone);

        for (var i = 0; i < 2; i++)
        {
            var report = await catalog.Verification.RunAsync(catalog.Dataset, null, null, "base", null, Stopped);
            report.Different.Select(d => (d.Segment, d.What)).ShouldBe([("changed", "recording"), ("gone", "recording")]);
        }

        var noted = (await catalog.Log.ReadAsync(0, 1_000, Stopped)).Events.Select(e => e.Event).OfType<RecordingChanged>().ToList();
        noted.Select(n => (n.Segment, n.Layer)).Order().ShouldBe([("changed", "base"), ("gone", "base")]);
        foreach (var segment in (string[])["changed", "gone"])
        {
            (await TellAsync(catalog, segment, "base")).ShouldContain("Its file is not what was registered (first noted at position ");
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Why_looks_at_a_referenced_file_as_it_is_now()
    {
        await using var catalog = await Catalog.CreateAsync();
        var path = catalog.Write("s", 0.1, 0.2);
        var registered = await File.ReadAllBytesAsync(path, Stopped);
        await catalog.RegisterAsync(OnDuplicate.Known, KeepMode.Reference, path);
        await catalog.ReadModels.WaitForAsync(await catalog.Log.HeadAsync(Stopped), Stopped);
        (await TellAsync(catalog, "s", "base")).ShouldNotContain("Its file");

        File.Delete(path);
        (await TellAsync(catalog, "s", "base")).ShouldContain($"Its file is not what was registered: recording '{path}' is missing");
        await catalog.Verification.RunAsync(catalog.Dataset, null, null, "base", null, Stopped);
        (await TellAsync(catalog, "s", "base")).ShouldContain($"); now: recording '{path}' is missing");

        await File.WriteAllBytesAsync(path, [.. registered, 1], Stopped);
        (await TellAsync(catalog, "s", "base")).ShouldContain($"); now: recording '{path}' was changed after it was registered");

        await File.WriteAllBytesAsync(path, registered, Stopped);
        var back = await TellAsync(catalog, "s", "base");
        back.ShouldContain("Its file is as it was registered; at position ");
        back.ShouldContain($" it was not: recording '{path}' is missing");
        back.ShouldNotContain("--on-duplicate replace");
    }

    [Theory(Timeout = Patience)]
    [InlineData(0.1, "good")]
    [InlineData(0.2, "not good")]
    public async Task Why_tells_the_verdict_on_given_errors_and_that_their_mean_is_not_told(double error, string verdict)
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();
        await catalog.GiveAsync("tracking_error", catalog.WriteErrors("s", error, error));
        await catalog.WaitUntilSettledAsync();

        (await TellAsync(catalog, "s", "quality")).ShouldEndWith(
            $"; threshold 0.13 rad: {verdict}; the mean is not told, since layer 'tracking_error' has no property of it: the verdict was computed from its rows");
        var evaluations = await catalog.ReadModels.Evaluations.ReadAsync(catalog.Dataset, "s", asOf: null, Stopped);
        evaluations.Select(e => (e.Rule, e.OutputIsGiven, e.OutputIsGone)).OrderBy(e => e.Rule).ShouldBe([("quality", false, false), ("tracking_error", true, false)]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_base_replaced_back_and_forth_always_has_the_layers_of_what_stands()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        var (one, two) = (catalog.Write("s", 0.1, 0.2), catalog.Write("s", 0.3, 0.4));
        foreach (var path in (string[])[one, two, one, two])
        {
            await catalog.RegisterAsync(OnDuplicate.Replace, path);
            await catalog.WaitUntilSettledAsync();

            var (standing, derived) = (await catalog.FindLayerAsync("s", "base"), await catalog.FindLayerAsync("s", "tracking_error"));
            derived!.Provenance!.Inputs.ShouldBe([new DerivationInput("base", standing!.Fingerprint)]);
            (await catalog.FindLayerAsync("s", "quality"))!.Provenance!.Inputs.ShouldBe([new DerivationInput("tracking_error", derived.Fingerprint)]);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_derived_layer_that_a_person_took_away_stays_away_until_the_rule_is_resumed()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();

        await catalog.Registrar.UnregisterAsync(new(catalog.Dataset, ["s"], ["quality"], new("cli", null)), Stopped);
        await catalog.WaitUntilSettledAsync();
        (await catalog.FindLayerAsync("s", "quality")).ShouldBeNull();
        var facts = await catalog.WhyAsync("s", Stopped);
        WhyStory.Tell(facts, "quality").Rows.ShouldHaveSingleItem().Outcome.ShouldBe(WhyOutcomes.Suppressed);

        await catalog.Registrar.ResumeRuleAsync(catalog.Dataset, "quality", "s", new("cli", null), Stopped);
        await catalog.WaitUntilSettledAsync();
        (await catalog.FindLayerAsync("s", "quality")).ShouldNotBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task Eight_workers_and_repeated_messages_leave_one_decision_an_item_in_the_log()
    {
        await using var catalog = await Catalog.CreateAsync();
        var workers = Enumerable.Range(0, 8).Select(w => catalog.Worker($"worker {w}", options: o => o with { BatchItems = 8 })).ToList();
        workers.ForEach(catalog.Start);
        var segments = Enumerable.Range(0, 40).Select(i => $"s{i:00}").ToList();
        foreach (var segment in segments)
        {
            var outcome = await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write(segment, 0.1, 0.2));
            for (var delivery = 0; delivery < 5; delivery++)
            {
                await workers[delivery].HandleAsync(new(catalog.Dataset.Value, segment, outcome.Position), Stopped);
            }
        }

        await catalog.WaitUntilSettledAsync();
        var events = (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Select(e => e.Event).ToList();
        events.OfType<DerivationDone>().Select(d => (d.Segment, d.Rule)).Order()
            .ShouldBe(segments.SelectMany(s => ((string, string)[])[(s, "quality"), (s, "tracking_error")]).Order());
        events.OfType<LayerRegistered>().Count().ShouldBe(3 * segments.Count);
    }

    [Fact(Timeout = Patience)]
    public async Task A_full_disk_while_a_derived_layer_is_written_leaves_no_event_and_no_file()
    {
        await using var catalog = await Catalog.CreateAsync();
        var full = true;
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var recordings = new FaultyWrites(catalog.Recordings, () =>
        {
            if (full)
            {
                tried.TrySetResult();
                throw new RecordingStorageException("recordings", "No space left on device", new IOException("No space left on device", 28));
            }
        });
        catalog.Start(catalog.Worker(recordings: recordings, options: o => o with { PostponeDelays = [TimeSpan.FromMilliseconds(1)] }));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        var head = await catalog.Log.HeadAsync(Stopped);
        await tried.Task.WaitAsync(Stopped);
        (await catalog.Log.HeadAsync(Stopped)).ShouldBe(head);

        full = false;
        await catalog.WaitUntilSettledAsync();
        (await catalog.FindLayerAsync("s", "quality")).ShouldNotBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task Segments_whose_schema_cannot_match_are_decided_once_and_why_shows_the_entity_paths_found()
    {
        await using var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.RegisterAsync(OnDuplicate.Known, TestRecordings.JointLayout("one_entity"), TestRecordings.JointLayout("no_action"));
        await catalog.WaitUntilSettledAsync();

        var events = (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events;
        events.Select(e => e.Event).OfType<DerivationSkipped>().ShouldAllBe(s => s.Reason == SkipReasons.SchemaMismatch && s.Segment.Length == 0);
        var segment = events.Select(e => e.Event).OfType<LayerRegistered>().First(l => l.StorageUrl.Contains("one_entity", StringComparison.Ordinal)).Segment;
        var story = WhyStory.Tell(await catalog.WhyAsync(segment, Stopped), "tracking_error");
        story.Rows.ShouldHaveSingleItem().Reason.ShouldBe(SkipReasons.SchemaMismatch);
        story.Sentences[0].ShouldContain("/arm");
    }

    private static async Task<string> TellAsync(Catalog catalog, string segment, string layer) =>
        WhyStory.Tell(await catalog.WhyAsync(segment, Stopped), layer).Rows.ShouldHaveSingleItem().Sentence;
}
