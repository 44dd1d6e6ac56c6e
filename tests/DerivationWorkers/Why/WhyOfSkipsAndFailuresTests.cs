using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What is told of a layer that a rule could not make, and what to do about it.</summary>
public sealed class WhyOfSkipsAndFailuresTests : ToldSegment
{
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
}
