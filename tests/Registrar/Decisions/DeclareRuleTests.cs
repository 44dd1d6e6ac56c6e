using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

public sealed class DeclareRuleTests
{
    private static readonly DatasetState State = DatasetAfter(Rule("tracking_error", 1, "base"), Rule("quality", 1, "tracking_error"));

    [Fact]
    public void The_same_declaration_again_is_no_event() => DeclareRule.Decide(State, Declare("quality", "quality", "tracking_error")).ShouldBeEmpty();

    [Fact]
    public void A_changed_declaration_is_the_next_revision() => DeclareRule.Decide(State, Declare("quality", "quality", "base", "tracking_error")).Single().Revision.ShouldBe(2);

    [Fact]
    public void The_output_of_another_rule_is_refused_by_name() =>
        Should.Throw<CommandRefusedException>(() => DeclareRule.Decide(State, Declare("mine", "quality", "base"))).Message.ShouldContain("is the output of rule 'quality' already");

    [Fact]
    public void An_entity_path_that_another_rule_writes_is_refused_with_what_which_rule_and_the_parameter_that_moves_it()
    {
        var state = DatasetAfter(Rule("tracking_error", 1, "base") with { Outputs = new(["/derived/tracking_error"], ["tracking_error"]) });
        var refusal = Should.Throw<CommandRefusedException>(() => DeclareRule.Decide(state, Writing("left", "/derived/tracking_error")));
        refusal.Kind.ShouldBe(RefusalKind.Conflict);
        refusal.Message.ShouldBe(
            "rule 'left': entity path '/derived/tracking_error' is written by rule 'tracking_error' already, into layer 'tracking_error'; "
            + "two layers of a segment that hold it would hide each other; choose another one with `--set outputEntity=/PATH`");

        DeclareRule.Decide(state, Writing("left", "/derived/left")).ShouldHaveSingleItem().Outputs.ShouldBe(new RuleOutputs(["/derived/left"], ["left"]));
    }

    [Fact]
    public void A_property_that_another_rule_writes_is_refused()
    {
        var state = DatasetAfter(Rule("tracking_error", 1, "base") with { Outputs = new([], ["left"]) });
        Should.Throw<CommandRefusedException>(() => DeclareRule.Decide(state, Writing("left", "/derived/left"))).Message.ShouldContain("property 'left' is written by rule 'tracking_error' already");
    }

    [Fact]
    public void What_a_rule_writes_that_was_declared_before_it_was_noted_comes_with_the_command()
    {
        var command = Writing("left", "/derived/tracking_error");
        var others = command.OutputsOfOthers.Add("tracking_error", new(["/derived/tracking_error"], ["tracking_error"]));
        DeclareRule.Decide(State, command).ShouldHaveSingleItem();
        Should.Throw<CommandRefusedException>(() => DeclareRule.Decide(State, command with { OutputsOfOthers = others })).Message.ShouldContain("is written by rule 'tracking_error' already");
    }

    [Fact]
    public void A_new_revision_of_a_rule_does_not_overlap_with_itself()
    {
        var state = DatasetAfter(Rule("left", 1, "base") with { Outputs = new(["/derived/left"], ["left"]) });
        DeclareRule.Decide(state, Writing("left", "/derived/left")).ShouldHaveSingleItem().Revision.ShouldBe(2);
    }

    [Theory]
    [InlineData("/derived/**", "/derived/left", true)]
    [InlineData("/derived/left/joints", "/derived/left/**", true)]
    [InlineData("/derived/left/**", "/derived/left", true)]
    [InlineData("/derived/**", "/derived/left/**", true)]
    [InlineData("/derived/left", "/derived/left/joints", false)]
    [InlineData("/derived/left/**", "/derived/left_arm", false)]
    public void A_path_with_all_below_it_overlaps_with_what_lies_there(string standing, string wanted, bool overlap)
    {
        var state = DatasetAfter(Rule("standing", 1, "base") with { Outputs = new([standing], ["standing"]) });
        if (overlap)
        {
            Should.Throw<CommandRefusedException>(() => DeclareRule.Decide(state, Writing("left", wanted))).Message.ShouldContain($"entity path '{wanted}' is written by rule 'standing' already");
        }
        else
        {
            DeclareRule.Decide(state, Writing("left", wanted)).ShouldHaveSingleItem();
        }
    }

    [Theory]
    [InlineData("tracking_error", "tracking_error", "quality")]
    [InlineData("mine", "mine", "mine")]
    public void Rules_that_would_wait_for_each_other_in_a_ring_are_refused(string rule, string output, string input) =>
        Should.Throw<CommandRefusedException>(() => DeclareRule.Decide(State, Declare(rule, output, input))).Message.ShouldContain("is needed");

    [Fact]
    public void A_rule_without_input_is_refused() => Should.Throw<CommandRefusedException>(() => DeclareRule.Decide(State, Declare("mine", "mine"))).Message.ShouldContain("at least one input");

    [Theory]
    [InlineData(DatasetKind.Blueprint, "holds blueprints")]
    [InlineData(DatasetKind.Asset, "holds assets")]
    public void A_companion_takes_no_rule(DatasetKind kind, string words)
    {
        var companion = DatasetAfter(new DatasetCreated(Dataset, "__companion", KeepMode.Auto) { Kind = kind });
        var refusal = Should.Throw<CommandRefusedException>(() => DeclareRule.Decide(companion, Declare("mine", "out", "base")));
        (refusal.Kind, refusal.Message.Contains(words, StringComparison.Ordinal)).ShouldBe((RefusalKind.FailedPrecondition, true));
    }

    private static DeclareRule Writing(string rule, string entity) => new(
        Dataset,
        new RuleDefinition(rule, "tracking_error", ["base"], rule, CanonicalJson.EmptyObject) { Outputs = new([entity], [rule]), EntityParameter = "outputEntity" },
        Someone);

    private static DeclareRule Declare(string rule, string output, params string[] inputs) =>
        new(Dataset, new RuleDefinition(rule, rule == "mine" ? "d" : rule, [.. inputs], output, CanonicalJson.EmptyObject), Someone);
}
