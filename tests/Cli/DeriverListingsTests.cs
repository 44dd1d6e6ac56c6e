using Strata.DerivationWorkers;

namespace Strata.Cli.Tests;

public sealed class DeriverListingsTests
{
    [Fact]
    public void Each_built_in_deriver_is_listed_with_what_it_tells_and_its_parameters()
    {
        var listed = new DeriverListings(new DeriverRegistry(ProgramDerivers.All)).List();

        listed.Select(d => d.Name).ShouldBe(ProgramDerivers.All.Select(d => d.Name).Order(StringComparer.Ordinal));
        listed.ShouldAllBe(d => d.From == "built-in" && d.Description != null && d.Parameters!.Count > 0 && d.Problem == null);
        listed.Single(d => d.Name == "gaps").Parameters.ShouldBe(["entities", "expectedHz", "index"]);
    }

    [Theory]
    [InlineData("joint_speed", "JointSpeed")]
    [InlineData("speed", "Speed")]
    public void A_new_deriver_is_a_class_of_its_name(string name, string type)
    {
        DeriverScaffold.ClassOf(name).ShouldBe(type);
        DeriverScaffold.Files(name, null).Select(f => f.File).ShouldBe([$"{type}/{type}.csproj", $"{type}/{type}Deriver.cs", $"{type}.Tests/{type}.Tests.csproj", $"{type}.Tests/{type}DeriverTests.cs", $"{name}.json"]);
        DeriverScaffold.Files(name, null).ShouldAllBe(f => !f.Text.Contains("NAME", StringComparison.Ordinal) && !f.Text.Contains("TYPE", StringComparison.Ordinal));
        DeriverScaffold.Files(name, "/nowhere/packages")[^1].Text.ShouldContain("value=\"/nowhere/packages\"");
    }

    [Theory]
    [InlineData("")]
    [InlineData("JointSpeed")]
    [InlineData("../speed")]
    [InlineData("joint-speed")]
    public void A_name_that_is_no_name_of_a_deriver_makes_nothing(string name) =>
        Should.Throw<Web.OperationException>(() => DeriverScaffold.Files(name, null)).Message.ShouldContain("NAME: expected a letter");
}
