using System.Text.Json;
using Strata.Contracts;

namespace Strata.DerivationWorkers.Tests;

/// <summary>What a deriver says that it writes, and takes where nothing is told.</summary>
public sealed class OutputsTests
{
    private static readonly IDeriver[] Derivers =
    [
        new TrackingErrorDeriver(), new QualityDeriver(), new GapsDeriver(), new MotionDeriver(), new StaticJointsDeriver(), new RangeDeriver(), new CompletenessDeriver(), new SmoothnessDeriver(), new LagDeriver(),
    ];

    [Fact]
    public void Tracking_error_writes_its_entity_path_and_a_property_of_its_layers_name() =>
        Outputs(new TrackingErrorDeriver(), "{}", "tracking_error").ShouldBe(new RuleOutputs(["/derived/tracking_error"], ["tracking_error"]));

    [Fact]
    public void The_entity_path_moves_with_the_parameter_that_says_so_and_has_joints_beneath_it_when_asked_for()
    {
        var deriver = new TrackingErrorDeriver();
        Outputs(deriver, """{"outputEntity":"/derived/left","perJoint":true}""", "left").ShouldBe(new RuleOutputs(["/derived/left", "/derived/left/joints"], ["left"]));
        deriver.EntityParameter.ShouldBe("outputEntity");
    }

    [Fact]
    public void The_others_write_a_property_and_no_entity_path()
    {
        foreach (var deriver in Derivers.Where(d => d is not TrackingErrorDeriver))
        {
            Outputs(deriver, Working(deriver), "mine").ShouldBe(new RuleOutputs([], ["mine"]), deriver.Name);
            deriver.EntityParameter.ShouldBeNull();
        }
    }

    [Fact]
    public void The_rules_of_the_how_to_say_what_their_derivers_write()
    {
        foreach (var rule in HowToRules.Definitions)
        {
            rule.Outputs.ShouldBe(Derivers.Single(d => d.Name == rule.Deriver).Outputs(rule.Parameters, rule.OutputLayer));
        }
    }

    [Fact]
    public void With_defaults_the_parameters_mean_the_same_and_what_was_told_stays()
    {
        foreach (var deriver in Derivers)
        {
            var told = CanonicalJson.Parse(Working(deriver));
            var filled = deriver.WithDefaults(told);
            deriver.RefuseParameters(filled).ShouldBeNull(deriver.Name);
            deriver.WithDefaults(filled).ShouldBe(filled);
            deriver.Outputs(filled, "mine").ShouldBe(deriver.Outputs(told, "mine"));
        }

        var quality = JsonElement.Parse(new QualityDeriver().WithDefaults(CanonicalJson.Parse("""{"threshold":0.2,"unit":"rad"}""")).Text);
        (quality.GetProperty("threshold").GetDouble(), quality.GetProperty("maxDroppedFraction").GetDouble(), quality.GetProperty("entity").GetString()).ShouldBe((0.2, 0.05, "/derived/tracking_error"));
    }

    private static string Working(IDeriver deriver) => deriver is CompletenessDeriver ? """{"entities":["/camera"]}""" : "{}";

    private static RuleOutputs Outputs(IDeriver deriver, string parameters, string layer) => deriver.Outputs(CanonicalJson.Parse(parameters), layer);
}
