using System.Diagnostics;
using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>What scripts rely on: one JSON document on stdout with stable keys, exit codes, words on stderr. Source: DESIGN §12.</summary>
public sealed class CommandContractTests : IDisposable
{
    private const string Dataset = "robot";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-contract-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static string Segment => Samples.Segments[0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_command_prints_one_json_document_with_the_keys_of_the_contract()
    {
        var text = Path.Combine(_folder, "text.rrd");
        await File.WriteAllTextAsync(text, "no recording", Token);
        var rules = Path.Combine(_folder, "rules.yaml");
        await File.WriteAllTextAsync(rules, $"datasets: {{ {Dataset}: {{ rules: {{ gaps: {{ deriver: gaps }} }} }} }}", Token);
        await using var server = await StrataServerProcess.StartAsync(Data);
        await StrataProgram.JsonAsync(Data, 1, ["register", .. Samples.Files, text, "--dataset", Dataset, "--wait"]);
        var quarantined = (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list"))[0].GetProperty("id").GetString()!;

        foreach (var (command, keys) in new (string[], string)[]
        {
            (["register", Samples.Files[0], "--dataset", Dataset], "path, segment, layer, status, position, reason, offset, quarantine_id, yielded"),
            (["dataset", "create", "other"], "name, id, created, position"),
            (["dataset", "list"], "name, id, keep, rules, created_at_ns, updated_at_ns, pin_of, as_of, superseded"),
            (["dataset", "schema", Dataset], "column, type, kind, entity_path, component"),
            (["dataset", "pin", Dataset, "--as", "kept"], "name, id, pin_of, as_of, position, layers, let_go, purged_segments"),
            (["dataset", "retain", Dataset, "--superseded", "30d"], "name, id, superseded_for_ns, position"),
            (["gc", "--dry-run"], "dry_run, files, size_bytes, position"),
            (["du"], "by, groups, total, orphan_bytes, shared_bytes, references, referenced_bytes, missing_files, log_bytes, read_model_bytes, position"),
            (["open", Dataset, Segment], "url, server, dataset, dataset_id, segment"),
            (["segments", Dataset, "--segment", Segment], "rerun_segment_id, rerun_layer_names, rerun_storage_urls, rerun_last_updated_at, rerun_num_chunks, rerun_size_bytes, property:*"),
            (["query", Dataset, "--index", "real_time", "--contents", "/action/joint_positions:Scalars:scalars"], "rerun_segment_id, log_time, real_time, step, log_tick, /action/joint_positions:Scalars:scalars"),
            (["manifest", Dataset], "rerun_layer_name, rerun_segment_id, rerun_storage_url, rerun_layer_type, rerun_registration_time, *"),
            (["why", Dataset, Segment, "--inputs"], "rule, layer, outcome, reason, position, inputs, rows_used, rows_dropped, sentence, lineage"),
            (["history", Dataset, Segment], "position, recorded_at_ns, type, segment, text, erased"),
            (["tag", Dataset, Segment, "reviewed=true"], "segment, tags, changed, position"),
            (["unregister", Dataset, "--segment", Segment, "--layer", "quality"], "segment, layer"),
            (["rule", "resume", Dataset, "quality", Segment], "rule, segment, position, resumed"),
            (["rule", "suggest", Dataset], "suggestions, presets, schemas_not_looked_at"),
            (["rule", "test", Dataset, "tracking_error", Segment], "rule, declared, segment, deriver, inputs, layer, parameters, outcome, reason, detail, command, rows_used, rows_dropped, properties, series, warnings, size_bytes, loading_ms, deriving_ms"),
            (["rule", "list", Dataset], "rule, revision, deriver, inputs, layer, parameters, position, unit, entities, properties, retired_at"),
            (["rule", "show", Dataset, "quality"], "rule, revision, deriver, inputs, layer, parameters, entities, properties, revisions, segments, retired_at"),
            (["rule", "suppress", Dataset, "quality", Segment, "--reason", "a test"], "rule, segment, position, suppressed"),
            (["rule", "adopt", Dataset, Segment, "tracking_error"], "rule, segment, layer, adopted, position"),
            (["derivations", Dataset], "summary, rows, matching"),
            (["rule", "add", Dataset, "gaps", "--deriver", "gaps", "--input", "base", "--output", "gaps"], "rule, revision, changed, deriver, inputs, layer, parameters, segments_before, warnings"),
            (["apply", rules, "--dry-run"], "applied, changes"),
            (["rule", "retire", Dataset, "gaps"], "rule, retired, removed_layers, readers, position"),
            (["rule", "declare", Dataset, "quality", "--set", "threshold=0.2"], "rule, revision, changed, deriver, inputs, layer, parameters, segments_before, warnings"),
            (["backfill", Dataset, "quality", "--dry-run"], "dataset, rule, revision, deriver, deriver_version, dry_run, segments, never_decided, other_revision, other_deriver_version, asked, backfill"),
            (["backfill", Dataset, "tracking_error", "--force", "--wait"], "dataset, rule, revision, deriver, deriver_version, dry_run, segments, never_decided, other_revision, other_deriver_version, asked, backfill"),
            (["backfill", "list", Dataset], "id, dataset, rule, revision, deriver, deriver_version, state, reason, forced, where, rate_per_second, segments, admitted, derived, skipped, failed, remaining, per_second, seconds_left, who, started_at_ns, changed_at_ns, position"),
            (["deriver", "list"], "name, version, from, description, reads, outputs, parameters, problem"),
            (["deriver", "check", "gaps", Samples.Files[0]], "deriver, version, outcome, reason, detail, segment, layer, size_bytes, entities, rows_used, rows_dropped, seconds"),
            (["deriver", "new", "joint_range", "--output", Path.Combine(_folder, "joint_range")], "deriver, folder, files, next"),
            (["rebuild", "--verify"], "events, seconds, events_per_second, differences, resumed_from, kept_generation, digests"),
            (["verify", Dataset, Segment], "checked, equal, different, equal_bytes, equal_content, equal_reference, other_versions, read_bytes, seconds, purged"),
            (["quarantine", "list"], "id, path, reason, offset, *"),
            (["quarantine", "show", quarantined], "id, path, reason, offset, *"),
            (["quarantine", "discard", quarantined], "id, path, reason, offset, *"),
            (["rrd", "stats", Samples.Files[0]], "path, used_footer, stores, findings"),
            (["rrd", "print", Samples.Files[0]], "path, used_footer, stores, findings"),
            (["rrd", "verify", Samples.Files[0]], "path, used_footer, stores, findings"),
        })
        {
            // A process each: its own standard streams and exit code are what scripts see.
            var answered = await StrataProgram.RunProcessAsync(Data, [.. command, "--json"]);
            answered.Code.ShouldBe(0, $"strata {string.Join(' ', command)}: {answered.Error}{answered.Out}");
            var document = JsonElement.Parse(answered.Out);
            var found = string.Join(", ", (document.ValueKind == JsonValueKind.Array ? document[0] : document).EnumerateObject().Select(m => m.Name));
            found.ShouldStartWith(keys.TrimEnd('*'), customMessage: string.Join(' ', command));
            (keys.EndsWith('*') || found == keys).ShouldBeTrue($"{string.Join(' ', command)}: {found}");
        }
    }

    [Fact]
    public async Task What_is_not_there_is_exit_code_1_in_one_line_with_nothing_on_stdout()
    {
        await using var server = await StrataServerProcess.StartAsync(Data);
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset, "--wait");

        foreach (var (command, words) in new (string[], string)[]
        {
            (["segments", "nosuch"], "there is no dataset 'nosuch'; there are: 'robot'. Next: strata dataset list"),
            (["segments", Dataset, "--as-of", "999999"], "the log ends at position "),
            (["manifest", "nosuch"], "there is no dataset 'nosuch'"),
            (["why", Dataset, "nosuch"], "`strata segments robot` lists those there are"),
            (["history", Dataset, "nosuch"], "Next: strata segments robot"),
            (["verify", Dataset, "nosuch"], "no layer stands in segment 'nosuch' of dataset 'robot'. Next: strata manifest robot"),
            (["verify", Dataset, Segment, "nosuch"], "no layer 'nosuch' stands in segment"),
            (["unregister", Dataset, "--segment", "nosuch"], "Next: strata manifest robot"),
            (["rule", "resume", Dataset, "nosuch", Segment], "Next: strata rule list robot"),
            (["rule", "resume", Dataset, "quality", "nosuch"], "has no segment 'nosuch'"),
            (["backfill", Dataset, "nosuch"], "Next: strata rule list robot"),
            (["backfill", "show", "nosuch"], "Next: strata backfill list"),
            (["backfill", "cancel", "nosuch"], "Next: strata backfill list"),
            (["quarantine", "show", "nosuch"], "Next: strata quarantine list"),
            (["serve", "--listen", "127.0.0.1:0"], "is served already at http://127.0.0.1:"),
        })
        {
            var result = await StrataProgram.RunAsync(Data, command);
            result.Code.ShouldBe(1, string.Join(' ', command));
            result.Out.ShouldBeEmpty();
            result.Error.TrimEnd().Split('\n').ShouldHaveSingleItem().ShouldContain(words);
        }
    }

    [Fact]
    public async Task A_table_without_rows_is_words_and_what_to_do_next()
    {
        await StrataProgram.JsonAsync(Data, 0, "dataset", "create", "empty", "--rules", "none");

        foreach (var (command, words) in new (string[], string)[]
        {
            (["segments", "empty"], "dataset 'empty' holds nothing yet; next: strata register RECORDINGS --dataset empty"),
            (["manifest", "empty", "--as-of", "1"], "nothing of dataset 'empty' is what was asked for; next: strata history empty"),
            (["rule", "list", "empty"], "dataset 'empty' has no rules, so nothing is derived in it; next: strata rule suggest empty"),
            (["backfill", "list"], "there is no back-fill; next: strata backfill DATASET RULE --dry-run"),
            (["quarantine", "list"], "nothing is in quarantine"),
        })
        {
            (await StrataProgram.RunAsync(Data, command)).ShouldBe(new ProgramResult(0, "", words + Environment.NewLine));
            (await StrataProgram.JsonAsync(Data, 0, command)).GetArrayLength().ShouldBe(0);
        }
    }

    [Fact]
    public async Task Commands_that_change_something_and_end_at_once_say_nothing_on_stderr()
    {
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Files[0], "--dataset", Dataset);

        for (var i = 0; i < 3; i++)
        {
            (await StrataProgram.RunAsync(Data, "unregister", Dataset, "--segment", Segment, "--layer", "quality")).Error.ShouldBeEmpty();
            (await StrataProgram.RunAsync(Data, "rule", "resume", Dataset, "quality", Segment)).Error.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task The_demo_shows_its_help()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "./demo is a bash script; run it on Linux or macOS");
        using var demo = Process.Start(new ProcessStartInfo(Path.Combine(Samples.Repository, "demo"), ["--help"]) { RedirectStandardOutput = true })!;
        var output = await demo.StandardOutput.ReadToEndAsync(Token);
        await demo.WaitForExitAsync(Token);

        demo.ExitCode.ShouldBe(0);
        output.ShouldContain("--keep");
        output.ShouldContain("Example:");
    }
}
