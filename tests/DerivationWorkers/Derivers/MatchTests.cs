using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

public class MatchTests
{
    [Fact]
    public async Task The_samples_match_the_how_to() =>
        new TrackingErrorDeriver().Match(await SchemaAsync(TestRecordings.Sample(TestRecordings.SampleSegments[0])), CanonicalJson.EmptyObject).ShouldBe(SchemaMatch.Yes);

    [Fact]
    public async Task Missing_joints_are_named_with_what_was_found_and_the_option_to_try()
    {
        var match = new TrackingErrorDeriver().Match(await SchemaAsync(TestRecordings.JointLayout("one_entity")), CanonicalJson.EmptyObject);

        match.Mismatch.ShouldBe(
            "/action/joint_positions not in the recording; found /arm:target_q; try `--set command=/arm:target_q`; "
            + "/observation/joint_positions not in the recording; found /arm:actual_q; try `--set observation=/arm:actual_q`");
    }

    [Fact]
    public async Task A_missing_component_is_named_with_those_that_the_entity_has()
    {
        var match = new TrackingErrorDeriver().Match(
            await SchemaAsync(TestRecordings.JointLayout("float32")), CanonicalJson.Parse("""{"command":"/action","observation":"/observation"}"""));

        match.Mismatch.ShouldBe("/action has no component Scalars:scalars; it has /action:positions; try `--set command=/action:positions`; "
            + "/observation has no component Scalars:scalars; it has /observation:positions; try `--set observation=/observation:positions`");
    }

    [Fact]
    public async Task What_was_recorded_is_not_hidden_by_what_is_derived()
    {
        var schema = await SchemaAsync(TestRecordings.Sample(TestRecordings.SampleSegments[0]));
        var recorded = SchemaColumns.Of(schema).Select(c => c.Column.Entity).First(e => !e.StartsWith(EntityPath.Properties) && !$"{e}".EndsWith("/joint_positions", StringComparison.Ordinal));
        var deriver = new TrackingErrorDeriver();

        SchemaFit.Of(deriver, null, schema, CanonicalJson.EmptyObject, "tracking_error").ShouldBe(SchemaMatch.Yes);
        SchemaFit.Of(deriver, null, schema, CanonicalJson.Parse($$"""{"outputEntity":"{{recorded}}"}"""), "tracking_error").Mismatch.ShouldBe(
            $"the recording has the entity path {recorded} itself, and what is derived must not hide what was recorded; write elsewhere: `--set outputEntity=/PATH`");
    }

    [Fact]
    public async Task Columns_that_are_no_numbers_are_refused_with_their_type()
    {
        var schema = await SchemaAsync(TestRecordings.Sample(TestRecordings.SampleSegments[0]));
        var text = schema.FieldsList.Select(f => (Column: SchemaColumns.ColumnOf(f), f.DataType))
            .First(c => c.Column is not null && c.DataType == new ListType(StringType.Default)).Column!;

        var match = new TrackingErrorDeriver().Match(schema, CanonicalJson.Parse($$"""{"command":"{{text}}"}"""));

        match.Mismatch.ShouldNotBeNull().ShouldStartWith($"{text} is List(Utf8); expected lists of numbers; found ");
    }

    [Fact]
    public async Task A_layer_without_errors_does_not_match_quality() =>
        new QualityDeriver().Match(await SchemaAsync(TestRecordings.Sample(TestRecordings.SampleSegments[0])), CanonicalJson.EmptyObject)
            .Mismatch.ShouldNotBeNull().ShouldStartWith("/derived/tracking_error not in the recording; found ");

    [Fact]
    public void One_entity_a_joint_is_shown_as_pairs_that_the_rule_accepts()
    {
        var mismatch = new TrackingErrorDeriver().Match(Numbers("/action/j1:pos", "/action/j2:pos", "/observation/j1:pos", "/observation/j2:pos"), CanonicalJson.EmptyObject).Mismatch.ShouldNotBeNull();

        const string Pairs = """[{"command":"/action/j1:pos","observation":"/observation/j1:pos"},{"command":"/action/j2:pos","observation":"/observation/j2:pos"}]""";
        mismatch.ShouldEndWith($"each joint has an entity of its own; try `--set command=null --set observation=null --set 'pairs={Pairs}'`");
        mismatch.ShouldNotContain("--set command=/");
        new TrackingErrorDeriver().RefuseParameters(CanonicalJson.Parse($$"""{"pairs":{{Pairs}}}""")).ShouldBeNull();
    }

    [Fact]
    public void One_column_is_not_suggested_for_both_sides()
    {
        var match = new TrackingErrorDeriver().Match(Numbers("/arm/joint:pos"), CanonicalJson.EmptyObject);

        match.Mismatch.ShouldBe(
            "/action/joint_positions not in the recording; found /arm/joint:pos; try `--set command=/arm/joint:pos`; /observation/joint_positions not in the recording; found /arm/joint:pos");
    }

    [Fact]
    public void A_column_called_like_the_one_side_is_not_suggested_for_the_other()
    {
        var match = new TrackingErrorDeriver().Match(Numbers("/state/joint:pos", "/arm/q:pos"), CanonicalJson.EmptyObject);

        match.Mismatch.ShouldNotBeNull().ShouldContain("`--set command=/arm/q:pos`");
        match.Mismatch.ShouldContain("`--set observation=/state/joint:pos`");
    }

    [Fact]
    public void Numbers_that_nothing_tells_to_be_joints_are_named_and_not_suggested()
    {
        var points = new TrackingErrorDeriver().Match(Numbers("/points:Points3D:positions"), CanonicalJson.EmptyObject).Mismatch.ShouldNotBeNull();
        var scalars = new TrackingErrorDeriver().Match(Numbers("/temperature:Scalars:scalars", "/wind:Scalars:scalars"), CanonicalJson.EmptyObject).Mismatch.ShouldNotBeNull();

        points.ShouldContain("found /points:Points3D:positions");
        points.ShouldNotContain("--set");
        scalars.ShouldContain("found nothing of that kind; lists of numbers are /temperature:Scalars:scalars, /wind:Scalars:scalars");
        scalars.ShouldNotContain("--set");
    }

    [Fact]
    public void Two_arms_are_told_as_such_and_not_paired_as_if_they_were_joints()
    {
        var mismatch = new TrackingErrorDeriver().Match(
            Numbers("/left/action/q:Scalars:scalars", "/left/observation/q:Scalars:scalars", "/right/action/q:Scalars:scalars", "/right/observation/q:Scalars:scalars"), CanonicalJson.EmptyObject).Mismatch;

        mismatch.ShouldNotBeNull().ShouldEndWith("they are called like two arms, of which one rule compares one; `strata rule suggest` has the rules of both");
        mismatch.ShouldNotContain("--set");
    }

    [Fact]
    public void A_gripper_is_in_no_suggested_pair()
    {
        var mismatch = new TrackingErrorDeriver().Match(
            Numbers("/action/j1:pos", "/action/j2:pos", "/action/gripper:pos", "/observation/j1:pos", "/observation/j2:pos", "/observation/gripper:pos"), CanonicalJson.EmptyObject).Mismatch.ShouldNotBeNull();

        mismatch[mismatch.IndexOf("pairs=", StringComparison.Ordinal)..].ShouldNotContain("gripper");
    }

    private static Schema Numbers(params string[] columns) => new([.. columns.Select(c => new Field(
        c, new ListType(DoubleType.Default), true, new Dictionary<string, string> { [SorbetKeys.EntityPath] = c.Split(':')[0], [SorbetKeys.Component] = c[(c.IndexOf(':', StringComparison.Ordinal) + 1)..] }))]);

    [Fact]
    public void A_recording_without_numbers_says_so()
    {
        var schema = new Schema([new Field("/a:b", new ListType(StringType.Default), true, new Dictionary<string, string> { [SorbetKeys.EntityPath] = "/a", [SorbetKeys.Component] = "b" })]);
        new TrackingErrorDeriver().Match(schema, CanonicalJson.EmptyObject).Mismatch.ShouldBe(
            "/action/joint_positions not in the recording; found no lists of numbers at all; /observation/joint_positions not in the recording; found no lists of numbers at all");
    }

    private static async Task<Schema> SchemaAsync(string path) =>
        (await RrdReader.OpenAsync(new MemoryBytes(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken))
            .Contents.Recordings.Single().Schema;
}
