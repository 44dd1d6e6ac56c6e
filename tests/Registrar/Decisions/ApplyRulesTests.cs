using System.Collections.Immutable;
using Strata.Contracts;
using static Strata.Registrar.Tests.Events;

namespace Strata.Registrar.Tests;

public sealed class ApplyRulesTests
{
    private static readonly DatasetState State = DatasetAfter(
        Rule("tracking_error", 2, "base") with { Outputs = new(["/derived/tracking_error"], ["tracking_error"]) },
        Rule("quality", 1, "tracking_error"),
        Rule("gaps", 1, "base"));

    [Fact]
    public void What_stands_already_is_no_event() => Decide([Define("quality", "quality", "tracking_error"), Define("gaps", "gaps", "base")]).ShouldBeEmpty();

    [Fact]
    public void Makers_are_declared_before_those_that_read_them_whatever_the_order_in_the_file() =>
        Declared(ApplyRules.Decide(DatasetAfter(), Command([Define("c", "c", "b"), Define("b", "b", "a"), Define("a", "a", "base")]))).ShouldBe([("a", 1), ("b", 1), ("c", 1)]);

    [Fact]
    public void Rules_that_are_to_go_are_retired_first_and_others_are_left_alone()
    {
        var events = Decide([Define("mine", "gaps", "base")], "gaps", "never_there");
        events.ShouldBe([new RuleRetired(Dataset, "gaps", Someone), new RuleDeclared(Dataset, "mine", 1, "mine", ["base"], "gaps", CanonicalJson.EmptyObject)]);
    }

    [Fact]
    public void Two_rules_may_change_places_since_only_what_stands_at_the_end_must_not_overlap() =>
        Declared(Decide([Define("quality", "gaps", "tracking_error"), Define("gaps", "quality", "base")])).ShouldBe([("quality", 2), ("gaps", 2)], ignoreOrder: true);

    [Fact]
    public void An_overlap_with_a_rule_that_stays_is_refused_and_so_is_one_within_the_file()
    {
        Should.Throw<CommandRefusedException>(() => Decide([Define("mine", "tracking_error", "base")])).Message.ShouldContain("is the output of rule 'tracking_error' already");
        Should.Throw<CommandRefusedException>(() => Decide([Define("a", "out", "base"), Define("b", "out", "base")])).Message.ShouldContain("is the output of rule 'a' already");
        var writing = Define("mine", "mine", "base") with { Outputs = new(["/derived/tracking_error"], ["mine"]) };
        Should.Throw<CommandRefusedException>(() => Decide([writing])).Message.ShouldContain("entity path '/derived/tracking_error' is written by rule 'tracking_error' already");
    }

    [Fact]
    public void A_ring_is_refused() =>
        Should.Throw<CommandRefusedException>(() => Decide([Define("a", "a", "b"), Define("b", "b", "a")])).Message.ShouldContain("is needed");

    [Fact]
    public void A_rule_that_is_told_twice_is_refused() =>
        Should.Throw<CommandRefusedException>(() => Decide([Define("a", "a", "base"), Define("a", "b", "base")])).Message.ShouldContain("rule 'a' is declared 2 times");

    private static ImmutableArray<StrataEvent> Decide(RuleDefinition[] definitions, params string[] retired) => ApplyRules.Decide(State, Command(definitions, retired));

    private static ApplyRules Command(RuleDefinition[] definitions, params string[] retired) => new(Dataset, [.. definitions], [.. retired], Someone);

    private static RuleDefinition Define(string rule, string output, params string[] inputs) => new(rule, rule, [.. inputs], output, CanonicalJson.EmptyObject);

    private static IEnumerable<(string Rule, int Revision)> Declared(IEnumerable<StrataEvent> events) => events.Cast<RuleDeclared>().Select(d => (d.Rule, d.Revision));
}
