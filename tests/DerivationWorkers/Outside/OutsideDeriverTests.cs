using System.Diagnostics;
using Strata.Contracts;
using Strata.Registrar;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

public sealed class OutsideDeriverTests : IDisposable
{
    private const int Patience = 120_000;
    private const string Copy = """cp "$(dirname "$0")/answer.rrd" "$STRATA_ANSWER"; echo '{"rowsUsed": 2, "rowsDropped": {"too_dark": 3}}'""";

    private readonly Shells _shells = new();

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task An_answer_becomes_a_layer_with_our_ids_and_where_it_comes_from_and_derives_again_to_the_same_content()
    {
        _shells.Define("outside", Copy).Answer("answer.rrd", "s", "/derived/outside");
        await using var catalog = await DerivedAsync();

        var layer = (await catalog.FindLayerAsync("s", "outside"))!;
        var provenance = layer.Provenance!;
        (provenance.Deriver, provenance.DeriverVersion, provenance.RowsUsed).ShouldBe(("outside", 1, 2));
        provenance.RowsDropped.ShouldHaveSingleItem().ShouldBe(new DroppedRows("too_dark", 3));
        using var file = await catalog.Recordings.OpenAsync(layer.Kept, Stopped);
        var reader = await RrdReader.OpenAsync(file, Stopped);
        var chunks = await reader.ReadChunksAsync(reader.Contents.Recordings.Single(), Stopped).ToListAsync(Stopped);
        chunks.Select(c => (c.EntityPath.ToString(), c.NumRows)).ShouldBe([("/derived/outside", 2), ("/derived/outside", 1)]);
        var newest = (await catalog.FindLayerAsync("s", "base"))!;
        chunks.ShouldAllBe(c => c.Id.TimeNs > 1_000 && c.IsSortedByRowId);
        newest.Fingerprint.ShouldBe(provenance.Inputs.Single().Fingerprint);

        var report = await catalog.VerificationBy(_shells.Registry).RunAsync(catalog.Dataset, null, "s", "outside", null, Stopped);
        report.Different.ShouldBeEmpty();
        (report.Checked, report.Equal).ShouldBe((1, 1));
    }

    [Fact(Timeout = Patience)]
    public async Task The_same_rows_in_other_chunks_are_the_same_content_and_other_values_are_not()
    {
        _shells.Define("outside", Copy).Answer("answer.rrd", "s", "/derived/outside");
        await using var catalog = await DerivedAsync();
        var store = StoreId.Recording(RecordingBuilder.Application, "s");

        _shells.Put("answer.rrd", [(store, new RecordingBuilder().Add("/derived/outside", [2_000], new[] { new[] { 1.5 } }).Add("/derived/outside", [1_000], new[] { new[] { 0.5 } }).Chunks)]);
        var same = await catalog.VerificationBy(_shells.Registry).RunAsync(catalog.Dataset, null, "s", "outside", null, Stopped);
        _shells.Answer("answer.rrd", "s", "/derived/outside", value: 0.25);
        var other = await catalog.VerificationBy(_shells.Registry).RunAsync(catalog.Dataset, null, "s", "outside", null, Stopped);

        same.Different.ShouldBeEmpty();
        same.EqualContent.ShouldBe(1);
        var difference = other.Different.ShouldHaveSingleItem();
        (difference.What, difference.Expected, difference.Found).ShouldBe(("derivation", "0.25 (0x3fd0000000000000)", "0.5 (0x3fe0000000000000)"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_deriver_may_decline_in_its_own_words_and_what_it_reads_must_be_there()
    {
        _shells.Define("outside", """echo '{"skipped": "it is night; try a brighter one"}'""").Define("picky", "exit 1", """, "reads": ["/lidar:Points3D:positions"]""");
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await catalog.DeclareAsync("picky", "picky");
        catalog.Start(catalog.WorkerWith(_shells.Registry));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();

        var skipped = (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Select(e => e.Event).OfType<DerivationSkipped>().OrderBy(s => s.Rule).ToList();
        skipped.Select(s => (s.Rule, s.Reason)).ShouldBe([("outside", SkipReasons.Declined), ("picky", SkipReasons.SchemaMismatch)]);
        skipped[0].Detail.ShouldBe("the deriver 'outside' derives nothing: it is night; try a brighter one");
        skipped[1].Detail.ShouldContain("/lidar:Points3D:positions, which the recording does not have");
    }

    [Fact(Timeout = Patience)]
    public async Task A_rule_on_a_deriver_that_is_gone_fails_with_that_reason_and_goes_on_once_a_worker_has_it()
    {
        _shells.Answer("answer.rrd", "s", "/derived/outside");
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        await using (catalog.StartUntilDisposed(catalog.WorkerWith(_shells.Registry)))
        {
            await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
            await catalog.WaitUntilSettledAsync();
        }

        var failed = (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Select(e => e.Event).OfType<DerivationFailed>().ShouldHaveSingleItem();
        failed.Reason.ShouldBe(FailureReasons.DeriverMissing);
        failed.Detail.ShouldBe("rule 'outside' asks for deriver 'outside', which this program does not have; it has quality, tracking_error");

        _shells.Define("outside", Copy);
        await using (catalog.StartUntilDisposed(catalog.WorkerWith(_shells.Registry)))
        {
            while (await catalog.FindLayerAsync("s", "outside") is null)
            {
                await Task.Delay(10, Stopped);
            }
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_deriver_that_asks_to_be_tried_again_later_is()
    {
        _shells.Define("outside", $"""
            folder=$(dirname "$0")
            if [ ! -e "$folder/tried" ]; then touch "$folder/tried"; echo 'the licence server is away' >&2; exit 75; fi
            {Copy}
            """).Answer("answer.rrd", "s", "/derived/outside");
        await using var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        catalog.Start(catalog.WorkerWith(_shells.Registry, o => o with { PostponeDelays = [TimeSpan.FromMilliseconds(50)] }));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();

        var done = (await catalog.Log.ReadAsync(0, int.MaxValue, Stopped)).Events.Select(e => e.Event).OfType<DerivationDone>().Single(d => d.Rule == "outside");
        done.Attempt.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task A_deriver_gets_its_job_and_nothing_of_the_environment_of_its_worker()
    {
        Environment.SetEnvironmentVariable("STRATA_TEST_SECRET", "swordfish");
        _shells.Define("outside", "{ cat; echo; env; pwd; ls inputs; } >&2; exit 1", """, "environment": {"MODEL": "large"}""");

        var told = (await TrialAsync()).Detail!;

        Environment.SetEnvironmentVariable("STRATA_TEST_SECRET", null);
        told.ShouldContain("\"protocol\": 1");
        told.ShouldContain("MODEL=large");
        told.ShouldContain("0.rrd");
        told.ShouldNotContain("swordfish");
        told.ShouldNotContain("STRATA_RERUN_PYTHON");
        told.Split('\n').Where(l => l.Contains('=', StringComparison.Ordinal) && !l.Contains('"', StringComparison.Ordinal)).Select(l => l[..l.IndexOf('=', StringComparison.Ordinal)]).Except(["_", "OLDPWD"]).Order(StringComparer.Ordinal)
            .ShouldBe(["HOME", "LANG", "MODEL", "PATH", "PWD", "STRATA_ANSWER", "STRATA_JOB", "STRATA_JOB_FOLDER", "STRATA_PROTOCOL", "TMPDIR"]);
    }

    [Fact(Timeout = Patience)]
    public async Task Only_the_end_of_a_long_stderr_is_kept()
    {
        _shells.Define("outside", "yes 'a line that nobody reads' | head -n 100000 >&2; echo 'the last line' >&2; exit 1");

        var told = (await TrialAsync()).Detail!;

        told.ShouldEndWith("the last line");
        told.Length.ShouldBeLessThan(5_000);
    }

    [Fact]
    public async Task What_a_worker_left_that_was_killed_is_ended_and_removed_by_the_next_one()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "there is no /proc");
        var left = Directory.CreateDirectory(Path.Combine(_shells.Jobs, "left")).FullName;
        var start = new ProcessStartInfo("sleep", ["1000"]);
        start.Environment["STRATA_JOB_FOLDER"] = left;
        using var process = Process.Start(start)!;

        OutsideDerivers.SweepLeftovers(_shells.Options);

        await process.WaitForExitAsync(Stopped);
        _shells.JobFolders().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}", "expected either command")]
    [InlineData("""{"command": ["sh"]}""", "version: expected a whole number")]
    [InlineData("""{"version": 1}""", "expected either command")]
    [InlineData("""{"version": 1, "command": []}""", "expected either command")]
    [InlineData("""{"version": 1, "command": ["sh"], "comand": 1}""", "comand: unknown; expected assemblies, command")]
    [InlineData("""{"version": 1, "command": ["sh"], "outputs": ["/"]}""", "outputs: expected entity paths below which all is yours")]
    [InlineData("""{"version": 1, "command": ["sh"], "outputs": ["/__properties"]}""", "outputs: expected entity paths")]
    [InlineData("""{"version": 1, "command": ["sh"], "limits": {"timeSeconds": 0}}""", "limits.timeSeconds: expected 0.001 to 86400, found 0")]
    [InlineData("""{"version": 1, "command": ["sh"], "parameters": {"rate": {"type": "float"}}}""", "parameters.rate.type: expected one of number, integer, text, flag, list, object, found 'float'")]
    [InlineData("""{"version": 1, "command": ["sh"], "environment": {"A": 1}}""", "environment: expected an object of texts")]
    [InlineData("""{"version": 1, "command": "sh"}""", "command: expected a list")]
    [InlineData("nothing", "invalid JSON literal")]
    [InlineData("""{"version": 1, "command": ["sh"], "queue": "q"}""", "found command and queue")]
    [InlineData("""{"version": 1, "assemblies": "a", "queue": "q"}""", "found assemblies and queue")]
    [InlineData("""{"version": 1, "queue": ""}""", "queue: expected 1 to 255 bytes of UTF-8 that do not begin with amq., found ''")]
    [InlineData("""{"version": 1, "queue": "amq.gen-1"}""", "that do not begin with amq., found 'amq.gen-1'")]
    [InlineData("""{"version": 1, "queue": 7}""", "queue: expected a text")]
    [InlineData("""{"version": 1, "queue": "q", "environment": {"A": "1"}}""", "environment: expected none beside queue")]
    public void A_definition_that_cannot_work_is_refused_and_keeps_no_other_from_being_read(string json, string words)
    {
        _shells.DefineRaw("broken", json).Define("whole", "exit 0").DefineRaw("quality", """{"version": 1, "command": ["sh"]}""");

        var registry = _shells.Registry;

        registry.Names.ShouldBe(["quality", "tracking_error", "whole"]);
        registry.Refused.Select(r => r.Name).ShouldBe(["broken", "quality"]);
        registry.Refused[0].Reason.ShouldContain(words);
        registry.Refused[1].Reason.ShouldContain("that of a built-in deriver");
        registry.FindOutside("quality").ShouldBeNull();
        registry.WhyNone("broken").ShouldContain("broken.json");
    }

    [Theory]
    [InlineData("""{"rate": 20}""", null)]
    [InlineData("{}", "rate: expected a number, at least 1, at most 100 (in Hz), found nothing")]
    [InlineData("""{"rate": 0.5}""", "rate: expected a number, at least 1, at most 100 (in Hz), found 0.5")]
    [InlineData("""{"rate": "20"}""", "found \"20\"")]
    [InlineData("""{"rate": 20, "frames": 1.5}""", "frames: expected a whole number, found 1.5")]
    [InlineData("""{"rate": 20, "speed": 1}""", "speed: unknown; expected frames, rate")]
    public void Parameters_are_refused_as_their_author_declares_them(string parameters, string? refusal)
    {
        _shells.Define("outside", "exit 0", """, "parameters": {"rate": {"type": "number", "required": true, "minimum": 1, "maximum": 100, "help": "in Hz"}, "frames": {"type": "integer", "default": 3}}""");
        var deriver = _shells.Registry.FindOutside("outside")!;

        var found = deriver.RefuseParameters(CanonicalJson.Parse(parameters));

        if (refusal is null)
        {
            found.ShouldBeNull();
        }
        else
        {
            found.ShouldNotBeNull().ShouldContain(refusal);
        }
    }

    public void Dispose() => _shells.Dispose();

    private async Task<Catalog> DerivedAsync()
    {
        var catalog = await Catalog.CreateAsync();
        await catalog.DeclareAsync("outside", "outside");
        catalog.Start(catalog.WorkerWith(_shells.Registry));
        await catalog.RegisterAsync(OnDuplicate.Known, catalog.Write("s", 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();
        return catalog;
    }

    private async Task<DeriverTrialResult> TrialAsync() => await DeriverTrial.RunAsync(
        _shells.Registry,
        "outside",
        CanonicalJson.EmptyObject,
        new MemoryBytes(Shells.Rrd([(StoreId.Recording(RecordingBuilder.Application, "s"), new RecordingBuilder().Add("/observation/joint_positions", [1], new[] { new[] { 1.0 } }).Chunks)])),
        "base",
        "outside",
        Stopped);
}
