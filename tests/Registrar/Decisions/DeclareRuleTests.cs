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

    private static DeclareRule Declare(string rule, string output, params string[] inputs) =>
        new(Dataset, new RuleDefinition(rule, rule == "mine" ? "d" : rule, [.. inputs], output, CanonicalJson.EmptyObject), Someone);
}
