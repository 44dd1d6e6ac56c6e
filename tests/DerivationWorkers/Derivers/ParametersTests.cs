using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

public class ParametersTests
{
    [Theory]
    [InlineData("""{"comand":"/a"}""", "comand: unknown; expected")]
    [InlineData("""[1]""", "parameters: expected an object, found [1]")]
    [InlineData("""{"command":7}""", "command: expected an entity path or entity:component, found 7")]
    [InlineData("""{"command":"/"}""", "command: expected an entity path that is not the root")]
    [InlineData("""{"unit":"furlong"}""", "unit: expected one of rad, deg, m, native, found 'furlong'")]
    [InlineData("""{"alignment":"closest"}""", "alignment: expected one of auto, exact, latest_at, nearest, linear, found 'closest'")]
    [InlineData("""{"maxAgeNs":-1}""", "maxAgeNs: expected a whole number of nanoseconds, 0 or more, found -1")]
    [InlineData("""{"observationDelayNs":1.5}""", "observationDelayNs: expected a whole number of nanoseconds, 0 or more, found 1.5")]
    [InlineData("""{"joints":"6..0"}""", "joints: ")]
    [InlineData("""{"joints":"0..6","weights":[1,2]}""", "weights: expected a list of numbers, 0 or more, one a joint and at least one above 0: 7, found 2")]
    [InlineData("""{"observationJoints":"0..2","weights":[1,2]}""", "one a joint and at least one above 0: 3, found 2")]
    [InlineData("""{"pairs":[{"command":"/a","observation":"/b"}],"weights":[1,2]}""", "one a joint and at least one above 0: 1, found 2")]
    [InlineData("""{"weights":"[1,NaN]"}""", "weights: expected a list of numbers, 0 or more, one a joint and at least one above 0, found \"[1,NaN]\"")]
    [InlineData("""{"joints":"0..6","wrap":[true,false]}""", "wrap: expected true, false or a list of these, one a joint: 7, found 2")]
    [InlineData("""{"joints":"0..999999999"}""", "as a range '0..6' or by name")]
    [InlineData("""{"joints":"elbow"}""", "no names were declared")]
    [InlineData("""{"joints":"elbow","names":["wrist"]}""", "names are wrist")]
    [InlineData("""{"joints":[1,1]}""", "joints: expected each joint once")]
    [InlineData("""{"joints":[]}""", "joints: expected at least one joint")]
    [InlineData("""{"commandJoints":"0..6","observationJoints":"0..5"}""", "commandJoints: expected as many joints as observationJoints, found 7 and 6")]
    [InlineData("""{"wrap":true,"unit":"m"}""", "wrap: expected unit rad or deg")]
    [InlineData("""{"wrap":[1]}""", "wrap: expected true, false or a list of these")]
    [InlineData("""{"pairs":[]}""", "pairs: expected 1 to")]
    [InlineData("""{"pairs":[{"command":"/a"}]}""", "pairs[0].observation: expected an entity path or entity:component, found nothing")]
    [InlineData("""{"pairs":[{"command":"/a","observation":"/b","nme":"x"}]}""", "pairs[0].nme: unknown")]
    [InlineData("""{"pairs":[{"command":"/a","observation":"/b"}],"command":"/c"}""", "pairs: expected either pairs or command and observation, found both")]
    [InlineData("""{"pairs":[{"command":"/a","observation":"/b"}],"joints":"0..1"}""", "joints: expected positions 0…0 of the pairs, found 1")]
    [InlineData("""{"outputEntity":"/action/joint_positions"}""", "outputEntity: expected an entity path of its own such as /derived/tracking_error, found '/action/joint_positions', which the rule reads")]
    [InlineData("""{"command":"/arm:target_q","observation":"/arm:actual_q","outputEntity":"/arm"}""", "found '/arm', which the rule reads")]
    [InlineData("""{"outputEntity":"/__properties/tracking_error"}""", "found '/__properties/tracking_error', where properties lie")]
    public void Parameters_of_tracking_error_that_cannot_work_are_refused_by_name(string parameters, string refusal) =>
        new TrackingErrorDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldNotBeNull().ShouldContain(refusal);

    [Theory]
    [InlineData("""{"joints":"9..2"}""", "joints: expected")]
    [InlineData("""{"commandJoints":"0..6","joints":"x"}""", "joints: expected")]
    [InlineData("""{"commandJoints":"9..2","joints":"0..6"}""", "commandJoints: expected")]
    [InlineData("""{"commandJoints":"0..6","observationJoints":"9..2"}""", "observationJoints: expected")]
    public void Joints_are_refused_under_the_name_under_which_they_were_told(string parameters, string refusal) =>
        new TrackingErrorDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldNotBeNull().ShouldStartWith(refusal);

    [Fact]
    public void Flags_to_wrap_are_one_a_joint_of_a_deriver_of_one_side_too() =>
        new MotionDeriver().RefuseParameters(CanonicalJson.Parse("""{"joints":"0..2","wrap":[true,false]}""")).ShouldBe("wrap: expected true, false or a list of these, one a joint: 3, found 2");

    [Theory]
    [InlineData("""{"threshold":0.2,"unit":"native"}""", "unit: expected rad, deg or m, found native")]
    [InlineData("""{"unit":"native"}""", "unit: expected rad, deg or m, found native")]
    [InlineData("""{"threshold":0.2}""", "unit: expected rad, deg or m beside a threshold, found nothing")]
    [InlineData("""{"unit":"deg"}""", "threshold: expected a number in deg, found nothing")]
    [InlineData("""{"threshold":0,"unit":"rad"}""", "threshold: expected a number above 0, found 0")]
    [InlineData("""{"threshold":"low","unit":"rad"}""", "threshold: expected a finite number, found \"low\"")]
    [InlineData("""{"maxDroppedFraction":1.5}""", "maxDroppedFraction: expected 0…1, found 1.5")]
    [InlineData("""{"treshold":0.1}""", "treshold: unknown")]
    public void Parameters_of_quality_that_cannot_work_are_refused_by_name(string parameters, string refusal) =>
        new QualityDeriver().RefuseParameters(CanonicalJson.Parse(parameters)).ShouldNotBeNull().ShouldContain(refusal);

    [Fact]
    public void The_how_tos_rules_are_accepted_and_mean_what_empty_parameters_mean()
    {
        var rules = HowToRules.Definitions;
        rules.Select(r => (r.Rule, r.OutputLayer)).ShouldBe([("tracking_error", "tracking_error"), ("quality", "quality")]);
        rules[0].Inputs.ShouldBe(["base"]);
        rules[1].Inputs.ShouldBe(["tracking_error"]);
        new TrackingErrorDeriver().RefuseParameters(rules[0].Parameters).ShouldBeNull();
        new QualityDeriver().RefuseParameters(rules[1].Parameters).ShouldBeNull();

        var declared = TrackingErrorParameters.Parse(rules[0].Parameters);
        var empty = TrackingErrorParameters.Parse(CanonicalJson.EmptyObject);
        declared.Command.ShouldBe(empty.Command);
        declared.Observation.ShouldBe(empty.Observation);
        declared.Unit.ShouldBe("rad");
        empty.Unit.ShouldBe("rad");
        QualityParameters.Parse(rules[1].Parameters).ShouldBe(QualityParameters.Parse(CanonicalJson.EmptyObject));
    }

    [Fact]
    public void The_unit_of_other_joints_than_the_how_tos_is_not_guessed() =>
        TrackingErrorParameters.Parse(CanonicalJson.Parse("""{"command":"/arm:target_q","observation":"/arm:actual_q"}""")).Unit.ShouldBe("native");

    [Theory]
    [InlineData("\"0..2\"", new[] { 0, 1, 2 })]
    [InlineData("\"0..1,4\"", new[] { 0, 1, 4 })]
    [InlineData("3", new[] { 3 })]
    [InlineData("[\"elbow\",0]", new[] { 1, 0 })]
    [InlineData("\"wrist,elbow\"", new[] { 2, 1 })]
    public void Joints_are_told_by_index_by_range_or_by_name(string joints, int[] expected) =>
        TrackingErrorParameters.Parse(CanonicalJson.Parse($$"""{"joints":{{joints}},"names":["shoulder","elbow","wrist"]}""")).CommandJoints.Instances!.Value.ShouldBe(expected);

    [Theory]
    [InlineData("/a/b", "/a/b", "Scalars:scalars")]
    [InlineData("/a/b:target_q", "/a/b", "target_q")]
    [InlineData("/action.x.pos:Scalars:scalars", "/action.x.pos", "Scalars:scalars")]
    [InlineData("/a\\:b/c:d", "/a\\:b/c", "d")]
    public void A_column_is_an_entity_path_and_a_component(string text, string entity, string component)
    {
        var column = EntityColumn.Parse(text);
        column.Entity.ToString().ShouldBe(entity);
        column.Component.ShouldBe(component);
    }
}
