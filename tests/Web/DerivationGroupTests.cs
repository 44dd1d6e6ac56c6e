using Strata.Contracts;
using Strata.Projections;

namespace Strata.Web.Tests;

public sealed class DerivationGroupTests
{
    private const int Told = DerivationGroup.MaxSchemasTold;

    private static readonly DatasetId Dataset = DatasetId.New();
    private static readonly Dictionary<string, string> Derivers = new() { ["quality"] = "quality", ["ok"] = "verdict", ["dark"] = "too_dark" };

    [Fact]
    public void Segments_of_one_schema_that_does_not_match_are_one_sentence()
    {
        var group = Of([.. Enumerable.Range(0, 3_000).Select(i => Mismatch(i, "no command found"))]).ShouldHaveSingleItem();

        (group.Segments, group.Detail, group.SchemasCounted, group.ExampleSegment).ShouldBe((3_000, "no command found", 0, "segment 0"));
    }

    [Fact]
    public void Of_thousands_of_schemas_that_do_not_match_the_first_are_told_and_the_others_counted()
    {
        var groups = Of([.. Enumerable.Range(0, 3_000).Select(i => Mismatch(i, $"found /arm_{i / 2}")), Derived(5_000)]);

        groups.Count.ShouldBe(Told + 2);
        groups.Take(Told).Select(g => (g.Detail, g.Segments)).ShouldBe(Enumerable.Range(0, Told).Select(i => ((string?)$"found /arm_{i}", 2)));
        groups[Told].Outcome.ShouldBe("derived");
        var counted = groups[^1];
        (counted.Reason, counted.Detail, counted.SchemasCounted, counted.Segments).ShouldBe((SkipReasons.SchemaMismatch, null, 1_500 - Told, 3_000 - (2 * Told)));
    }

    [Theory]
    [InlineData("no command before 3 of 400 observations", "no command before 12 of 380 observations", false)]
    [InlineData("8 and 7 instances: `--set joints=0..6`, 400 rows", "9 and 7 instances: `--set joints=0..6`, 20 rows", false)]
    [InlineData("8 and 7 instances: `--set joints=0..6`", "8 and 6 instances: `--set joints=0..5`", true)]
    [InlineData("8 and 7 instances: `--set joints=0..6`", "non_finite 370", true)]
    public void One_reason_with_several_causes_is_not_told_as_if_it_were_that_of_the_first(string first, string second, bool differ) =>
        Of([Row(0, "skipped", SkipReasons.NoComparableRows, first), Row(1, "skipped", SkipReasons.NoComparableRows, second)]).ShouldHaveSingleItem().DetailsDiffer.ShouldBe(differ);

    [Theory]
    [InlineData("quality", ReviewReasons.TooManyDropped)]
    [InlineData("ok", ReviewReasons.Condition)]
    [InlineData("dark", ReviewReasons.DeriverAsks)]
    public void What_a_person_should_look_at_says_why(string rule, string reason) =>
        Of([Row(0, "review", null, null) with { Rule = rule }]).ShouldHaveSingleItem().Reason.ShouldBe(reason);

    [Fact]
    public void One_schema_more_is_told_as_well()
    {
        var groups = Of([.. Enumerable.Range(0, Told + 1).Select(i => Mismatch(i, $"found /arm_{i}"))]);

        groups.Count.ShouldBe(Told + 1);
        groups.ShouldAllBe(g => g.SchemasCounted == 0 && g.Detail != null);
    }

    private static IReadOnlyList<DerivationGroup> Of(EvaluationRow[] rows) => DerivationGroup.Of(rows, rows.Select(r => r.Segment).ToHashSet(), before: 0, Derivers);

    private static EvaluationRow Mismatch(int number, string detail) => Row(number, "skipped", SkipReasons.SchemaMismatch, detail);

    private static EvaluationRow Derived(int number) => Row(number, "derived", null, null);

    private static EvaluationRow Row(int number, string outcome, string? reason, string? detail) => new(
        Dataset, $"segment {number}", "tracking_error", 1, "tracking_error", outcome, reason, detail, null, new([]), 0, new([]), 1, Position: 10 + number, RecordedAtNs: number, Current: true);

    [Fact]
    public void A_derived_layer_in_whose_place_a_given_one_stands_is_not_said_to_be_unregistered()
    {
        var groups = Of([Derived(1) with { OutputIsGiven = true }, Derived(2) with { OutputIsGone = true }, Derived(3)]);

        groups.Select(g => (g.Outcome, g.ExampleSegment)).ShouldBe([("given", "segment 1"), ("removed", "segment 2"), ("derived", "segment 3")]);
    }
}
