using Strata.Arrow;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Projections;

namespace Strata.DerivationWorkers.Tests;

public sealed class WhyStoryTests
{
    private const string Segment = "NORDA_1";
    private const long SecondNs = 1_000_000_000;

    private static readonly DatasetId Dataset = DatasetId.Parse(new string('a', 32));
    private readonly List<RecordedEvent> _segment = [];
    private readonly List<RecordedEvent> _dataset = [];
    private readonly List<EvaluationRow> _evaluations = [];
    private readonly List<WorkItem> _open = [];
    private readonly Dictionary<Sha256Digest, WorkAttempts> _attempts = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _paths = [];
    private readonly Dictionary<LayerName, long> _yieldedTo = [];
    private readonly Dictionary<string, RecordBatch> _properties = [];
    private long _position;

    [Fact]
    public void A_given_layer_says_who_gave_it_and_from_where()
    {
        Give("base");

        var row = Tell("base").Rows.ShouldHaveSingleItem();

        (row.Rule, row.Outcome, row.Position).ShouldBe((null, WhyOutcomes.Given, 1L));
        row.Sentence.ShouldBe("layer 'base' was given at position 1 (1970-01-01 00:00:01.000Z) by cli maria, from file:///base.rrd");
    }

    [Fact]
    public void A_derived_layer_names_its_inputs_its_deriver_and_its_rows()
    {
        Declare();
        var @base = Give("base");
        Derive(@base);

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        (row.Rule, row.Outcome, row.Position, row.RowsUsed).ShouldBe(("tracking_error", WhyOutcomes.Derived, 3L, 90L));
        row.Inputs.ShouldBe([new DerivationInput("base", @base.Fingerprint)]);
        row.Sentence.ShouldContain("by rule 'tracking_error' revision 1 with deriver tracking_error version 4 from base (");
        row.Sentence.ShouldEndWith("90 rows used, 10 dropped: 10 non_finite");
    }

    [Theory]
    [InlineData("bad", "derived", null)]
    [InlineData("review", "review", ReviewReasons.Condition)]
    public void A_declared_verdict_is_told_with_the_condition_that_decided(string verdict, string outcome, string? reason)
    {
        Add(_dataset, new RuleDeclared(Dataset, "ok", 1, VerdictDeriver.DeriverName, ["base"], "ok", CanonicalJson.EmptyObject));
        var @base = Give("base");
        Register("ok", "derived", new("ok", 1, VerdictDeriver.DeriverName, 1, 1, CanonicalJson.EmptyObject, [new(@base.Layer, @base.Fingerprint)], 0, []));
        _evaluations.Add(new(Dataset, Segment, "ok", 1, "ok", outcome, null, null, Sha256Digest.Of([1]), [], 0, [], 1, ++_position, 0, true));
        _properties["ok"] = Texts(("property:ok:verdict", verdict), ("property:ok:reason", "good does not hold"));

        var row = Tell("ok").Rows.ShouldHaveSingleItem();

        (row.Outcome, row.Reason).ShouldBe((outcome, reason));
        row.Sentence.ShouldEndWith($"; {verdict}: good does not hold");
        row.Sentence.ShouldNotContain("rows used");
    }

    [Fact]
    public void Open_work_that_was_postponed_says_when_it_is_due_and_why_it_waits()
    {
        Declare();
        var item = Open(Give("base"));
        _attempts[ClaimKeys.Of(item)] = new(ClaimKeys.Of(item), 2, null, 0, 130 * SecondNs, "storage_full: No space left on device [attempt 2]");

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        row.Outcome.ShouldBe(WhyOutcomes.Pending);
        row.Sentence.ShouldContain("attempt 3 is due at 1970-01-01 00:02:10.000Z; the last one ended with storage_full: No space left on device");
    }

    [Fact]
    public void Open_work_that_runs_says_where()
    {
        Declare();
        var item = Open(Give("base"));
        _attempts[ClaimKeys.Of(item)] = new(ClaimKeys.Of(item), 1, "host:17", 160 * SecondNs, 0, null);

        Tell("tracking_error").Sentences[0].ShouldContain("attempt 1 is under way at host:17");
    }

    [Theory]
    [InlineData(0, null, "attempt 1 waits for its turn at host:17")]
    [InlineData(1, "transient: busy [attempt 1]", "attempt 2 waits for its turn at host:17")]
    [InlineData(2, "transient: busy [attempt 1]", "attempt 2 is under way at host:17")]
    public void Open_work_that_a_worker_holds_says_whether_it_has_begun(int begun, string? lastReason, string words)
    {
        Declare();
        var item = Open(Give("base"));
        _attempts[ClaimKeys.Of(item)] = new(ClaimKeys.Of(item), begun, "host:17", 160 * SecondNs, 0, lastReason);

        Tell("tracking_error").Sentences[0].ShouldContain(words);
    }

    [Fact]
    public void Open_work_that_nobody_took_says_where_workers_run()
    {
        Declare();
        Open(Give("base"));

        Tell("tracking_error").Sentences[0].ShouldContain("no worker has taken it yet; one runs in `strata serve`");
    }

    [Fact]
    public void A_skip_for_the_schema_shows_the_entity_paths_that_were_found()
    {
        Declare();
        Give("base");
        _paths["base"] = ["/arm", "/camera"];
        _evaluations.Add(Evaluation("", "skipped", SkipReasons.SchemaMismatch, "wanted '/action/joint_positions'"));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        (row.Outcome, row.Reason).ShouldBe((WhyOutcomes.Skipped, SkipReasons.SchemaMismatch));
        row.Sentence.ShouldEndWith("wanted '/action/joint_positions'. What was found: layer 'base' has the entity paths /arm, /camera");
    }

    [Fact]
    public void A_skip_that_a_parameter_mends_names_the_command_that_sets_it()
    {
        Declare();
        Give("base");
        _paths["base"] = ["/arm"];
        _evaluations.Add(Evaluation(Segment, "skipped", SkipReasons.NoCommonIndex, IndexChoice.Choose([[]], wanted: null).Refusal));

        Tell("tracking_error").Sentences[0].ShouldContain("name one with `--set index=NAME`. Parameters are set with `strata rule declare arms tracking_error --set NAME=VALUE`");
    }

    [Fact]
    public void A_failure_on_damaged_bytes_names_the_command_that_puts_a_whole_file_in_their_place()
    {
        Declare();
        Give("base");
        _evaluations.Add(Evaluation(Segment, "failed", FailureReasons.RecordingBroken, "At byte 17: expected a chunk, found noise."));

        Tell("tracking_error").Sentences[0].ShouldContain(
            $"`strata register FILE --dataset arms --layer base --on-duplicate replace` with a whole file puts it in place of the damaged one and tries again; `strata rule resume arms tracking_error {Segment}` alone reads the same bytes again");
    }

    [Fact]
    public void A_layer_that_yielded_names_the_layer_it_gave_way_to_and_how_it_comes_back()
    {
        Declare();
        var derived = Derive(Give("base"));
        var cause = new LayerName("other", "extra");
        Add(_segment, new LayerUnregistered(Dataset, Segment, "tracking_error", derived.Fingerprint, "yielded_schema", new("cli", "maria"), cause));
        _yieldedTo[cause] = 17;
        _evaluations.Add(Evaluation(Segment, "skipped", SkipReasons.YieldedSchema, "layer 'tracking_error' was derived, and gave way to the schema of layer 'extra' of segment 'other'"));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        (row.Outcome, row.Reason).ShouldBe((WhyOutcomes.Skipped, SkipReasons.YieldedSchema));
        row.Sentence.ShouldContain("gave way to the schema of layer 'extra' of segment 'other' (position 17). It is derived again when that layer goes: `strata unregister arms --segment other --layer extra`");
    }

    [Fact]
    public void A_failure_says_after_how_many_attempts_and_that_it_waits_for_a_person()
    {
        Declare();
        Give("base");
        _evaluations.Add(Evaluation(Segment, "failed", FailureReasons.RecordingBroken, "At byte 17: expected a chunk, found noise."));

        var sentence = Tell("tracking_error").Sentences[0];

        sentence.ShouldContain("failed after 1 attempt (recording_broken): At byte 17: expected a chunk, found noise; it waits for a person");
    }

    [Fact]
    public void A_deriver_that_is_gone_is_to_be_installed()
    {
        Declare();
        Give("base");
        _evaluations.Add(Evaluation(Segment, "failed", FailureReasons.DeriverMissing, "rule 'tracking_error' asks for deriver 'gone'"));

        Tell("tracking_error").Sentences[0].ShouldEndWith($"install the deriver, and this is tried again when a worker starts that has it, or one takes jobs from its queue, or with `strata rule resume arms tracking_error {Segment}`");
    }

    [Fact]
    public void A_given_layer_older_than_a_change_of_its_inputs_is_stale_and_kept()
    {
        Declare();
        Give("base", "one");
        Give("tracking_error");
        var given = Tell("tracking_error").Rows.Single();
        given.Outcome.ShouldBe(WhyOutcomes.Given);
        given.Sentence.ShouldEndWith($"never overwrites a given layer. `strata rule adopt arms {Segment} tracking_error` gives its name back to the rule, which then derives it");

        Give("base", "two");

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        (row.Outcome, row.Reason).ShouldBe((WhyOutcomes.Stale, SkipReasons.Given));
        row.Sentence.ShouldContain("it is stale, since input layer 'base' was replaced at position 4, and it is kept");
        row.Sentence.ShouldContain("Register a new one; or `strata rule adopt arms");
    }

    [Fact]
    public void The_same_bytes_registered_again_make_no_given_layer_stale()
    {
        Declare();
        Give("base", "one");
        Give("tracking_error");
        Give("base", "one");

        Tell("tracking_error").Rows.Single().Outcome.ShouldBe(WhyOutcomes.Given);
    }

    [Fact]
    public void A_suppressed_rule_says_since_when_and_how_it_goes_on()
    {
        Declare();
        Give("base", "one");
        Add(_dataset, new RuleSuppressed(Dataset, "tracking_error", Segment, "asked"));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        row.Outcome.ShouldBe(WhyOutcomes.Suppressed);
        row.Sentence.ShouldContain("since position 3 (asked); it goes on when an input changes");

        Give("base", "two");
        Tell("tracking_error").Rows.Single().Outcome.ShouldNotBe(WhyOutcomes.Suppressed);
    }

    [Fact]
    public void A_derived_layer_that_was_not_made_anew_since_that_failed_is_stale_and_says_why_and_what_to_do()
    {
        Declare();
        Derive(Give("base", "one"));
        Give("base", "two");
        _evaluations.Add(Evaluation(Segment, "failed", FailureReasons.RecordingMissing, "the file is gone."));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        (row.Outcome, row.Reason, row.Position).ShouldBe((WhyOutcomes.Stale, FailureReasons.RecordingMissing, 3L));
        row.Sentence.ShouldContain("It is stale and kept: input layer 'base' was replaced at position 4, and it was not made anew, since rule 'tracking_error' at position 5 failed after 1 attempt (recording_missing): the file is gone");
        row.Sentence.ShouldContain($"`strata rule resume arms tracking_error {Segment}`");
    }

    [Fact]
    public void A_layer_of_an_older_revision_names_the_back_fill_that_applies_the_new_one()
    {
        Declare();
        Derive(Give("base"));
        Tell("tracking_error").Sentences[0].ShouldNotContain("strata backfill");

        Add(_dataset, new RuleDeclared(Dataset, "tracking_error", 2, "tracking_error", ["base"], "tracking_error", CanonicalJson.Parse("""{"joints":"0..5"}""")));

        Tell("tracking_error").Sentences[0].ShouldContain("The rule has revision 2 since position 4: `strata backfill arms tracking_error` applies it");

        Add(_dataset, new RuleSuppressed(Dataset, "tracking_error", Segment, "asked"));
        Tell("tracking_error").Sentences[0].ShouldNotContain("strata backfill");
    }

    [Fact]
    public void A_layer_of_a_retired_rule_says_so_whether_it_stands_or_not()
    {
        Declare();
        var @base = Give("base");
        Retire();
        var missing = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        (missing.Rule, missing.Outcome).ShouldBe(("tracking_error", WhyOutcomes.Retired));
        missing.Sentence.ShouldBe("no layer 'tracking_error' stands: rule 'tracking_error' was retired at position 3 by cli maria");

        Derive(@base);
        var standing = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        (standing.Rule, standing.Outcome, standing.RowsUsed).ShouldBe(("tracking_error", WhyOutcomes.Retired, 90L));
        standing.Sentence.ShouldEndWith("rule 'tracking_error' was retired at position 3 by cli maria: nothing makes it anew");

        Give("base", "newer");
        Tell("tracking_error").Rows.Single().Sentence.ShouldEndWith(", and it is stale, since input layer 'base' is another one by now");
    }

    [Fact]
    public void A_suppressed_rule_whose_layer_stands_says_both()
    {
        Declare();
        Derive(Give("base"));
        Add(_dataset, new RuleSuppressed(Dataset, "tracking_error", Segment, "calibration run"));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        row.Outcome.ShouldBe(WhyOutcomes.Derived);
        row.Sentence.ShouldContain("It stands, and rule 'tracking_error' leaves this segment alone since position 4 (calibration run)");
    }

    [Fact]
    public void A_layer_that_another_rule_writes_by_now_names_both()
    {
        Declare();
        Derive(Give("base"));
        Retire();
        Add(_dataset, new RuleDeclared(Dataset, "other", 1, "tracking_error", ["base"], "tracking_error", CanonicalJson.EmptyObject));

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();

        (row.Rule, row.Outcome).ShouldBe(("other", WhyOutcomes.NeedsBackfill));
        row.Sentence.ShouldContain("by rule 'tracking_error' revision 1");
        row.Sentence.ShouldContain("that rule was retired at position 4. Rule 'other' writes this layer since position 5");
    }

    [Fact]
    public void A_rule_that_was_declared_after_the_segment_says_that_it_needs_a_backfill()
    {
        Give("base");
        Declare();

        var row = Tell("tracking_error").Rows.ShouldHaveSingleItem();
        row.Outcome.ShouldBe(WhyOutcomes.NeedsBackfill);
        row.Sentence.ShouldContain("needs a backfill");
    }

    [Fact]
    public void A_rule_whose_input_another_rule_makes_points_to_that_rule()
    {
        Declare();
        Declare("quality", "tracking_error");
        Give("base");

        var row = Tell("quality").Rows.ShouldHaveSingleItem();
        row.Outcome.ShouldBe(WhyOutcomes.WaitsForInput);
        row.Sentence.ShouldBe("rule 'quality' needs layer 'tracking_error', which does not stand in this segment ('tracking_error' is made by rule 'tracking_error', see its own line)");
    }

    [Fact]
    public void Of_an_input_that_was_unregistered_it_is_told_when_and_what_went_with_it()
    {
        Declare();
        var input = Give("base");
        var derived = Derive(input);
        Add(_segment, new LayerUnregistered(Dataset, Segment, "base", input.Fingerprint, "asked", new("cli", "maria")));
        var asked = _position;
        Add(_segment, new LayerUnregistered(Dataset, Segment, "tracking_error", derived.Fingerprint, "input_removed", new("worker", "w1")));

        Tell("tracking_error").Rows.ShouldHaveSingleItem().Sentence.ShouldBe(
            $"rule 'tracking_error' needs layer 'base', which does not stand in this segment since it was unregistered at position {asked}; layer 'tracking_error' went at position {asked + 1} (input_removed); register it");
    }

    [Fact]
    public void A_dataset_without_rules_says_so()
    {
        Give("base");

        Tell(null).Sentences[^1].ShouldBe("dataset 'arms' has no rules, so nothing is derived in it; `strata rule suggest arms` looks at its recordings and says which would fit");
    }

    [Fact]
    public void An_unknown_layer_or_segment_is_answered_with_those_there_are()
    {
        Tell(null).Found.ShouldBeFalse();
        Declare();
        Give("base");

        var answer = Tell("tracking_eror");
        answer.Found.ShouldBeFalse();
        answer.Sentences.ShouldBe([$"no layer 'tracking_eror' stands in segment '{Segment}' and no rule makes one; there are base, tracking_error"]);
    }

    [Fact]
    public void Lineage_goes_upwards_and_downwards_with_fingerprints_and_parameters()
    {
        var @base = Give("base");
        var derived = Derive(@base);

        Lineage.Of(_segment, null).Select(r => (r.Of, r.Direction, r.Depth, r.Layer, r.Fingerprint, r.DeriverVersion, r.Parameters?.Text, r.Current)).ShouldBe(
        [
            ("base", LineageDirections.Self, 0, "base", @base.Fingerprint, null, null, true),
            ("base", LineageDirections.Downwards, 1, "tracking_error", derived.Fingerprint, 4, """{"unit":"rad"}""", true),
            ("tracking_error", LineageDirections.Self, 0, "tracking_error", derived.Fingerprint, 4, """{"unit":"rad"}""", true),
            ("tracking_error", LineageDirections.Upwards, 1, "base", @base.Fingerprint, null, null, true),
        ]);

        Give("base", "newer");
        Lineage.Of(_segment, "tracking_error").Single(r => r.Layer == "base").Current.ShouldBeFalse();
    }

    private WhyAnswer Tell(string? layer) =>
        WhyStory.Tell(new(Dataset, "arms", Segment, _segment, _dataset, _evaluations, _open, _attempts, _paths, 100 * SecondNs) { YieldedTo = _yieldedTo, Properties = _properties }, layer);

    private static RecordBatch Texts(params (string Name, string Value)[] columns) => new(
        new Schema([.. columns.Select(c => new Field(c.Name, new ListType(StringType.Default), nullable: true))]), [.. columns.Select(c => ListArray.OfUniformLength(StringArray.From(c.Value), 1))], 1);

    private void Declare(string rule = "tracking_error", string input = "base") =>
        Add(_dataset, new RuleDeclared(Dataset, rule, 1, rule, [input], rule, CanonicalJson.EmptyObject));

    private void Retire(string rule = "tracking_error") => Add(_dataset, new RuleRetired(Dataset, rule, new("cli", "maria")));

    private LayerRegistered Give(string layer, string content = "content") => Register(layer, $"{layer} {content}", null);

    private LayerRegistered Derive(LayerRegistered @base) => Register("tracking_error", "derived", new(
        "tracking_error", 1, "tracking_error", 4, 1, CanonicalJson.Parse("""{"unit":"rad"}"""), [new(@base.Layer, @base.Fingerprint)], 90, [new(DropReasons.NonFinite, 10)]));

    private LayerRegistered Register(string layer, string content, Provenance? provenance)
    {
        var digest = Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content));
        var registered = new LayerRegistered(
            Dataset, Segment, layer, "rrd", "app", $"file:///{layer}.rrd", new(KeepMode.Copy, "k", null, null), 1, 1, digest, digest, 1, digest, digest, null, digest, [],
            new("cli", "maria"), null, provenance is null ? LayerOrigin.Given : LayerOrigin.Derived, provenance);
        Add(_segment, registered);
        return registered;
    }

    private WorkItem Open(LayerRegistered @base)
    {
        EquatableArray<DerivationInput> inputs = [new(@base.Layer, @base.Fingerprint)];
        var item = new WorkItem(WorkIds.Of(Dataset, Segment, "tracking_error", 1, inputs), Dataset, Segment, "tracking_error", 1, inputs, @base.SchemaSha256, _position);
        _open.Add(item);
        return item;
    }

    private EvaluationRow Evaluation(string segment, string outcome, string reason, string detail) => new(
        Dataset, segment, "tracking_error", 1, "tracking_error", outcome, reason, detail, segment.Length == 0 ? null : Sha256Digest.Of([1]), [], 0, [], 1, ++_position, _position * SecondNs, true);

    private void Add(List<RecordedEvent> stream, StrataEvent @event) =>
        stream.Add(new(++_position, Guid.NewGuid(), "stream", stream.Count + 1, EventTypes.NameOf(@event), _position * SecondNs, "command", @event));
}
