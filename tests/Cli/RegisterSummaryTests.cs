using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class RegisterSummaryTests
{
    [Fact]
    public async Task Schemas_that_are_only_counted_come_with_the_command_that_tells_them_all()
    {
        var (terminal, _, error) = TestTerminal.Create();
        var one = new DerivationGroup("tracking_error", "tracking_error", "skipped", "schema_mismatch", "found /arm", 2, "a", Already: false);
        var many = one with { Detail = null, Segments = 1_980, SchemasCounted = 990 };
        var response = new RegisterResponse("my robot", false, 7, [], [one, many], 0, []);

        await RegisterSummary.WriteAsync(terminal, "--data here ", "my robot", [], response, TimeSpan.Zero);

        error.ToString().Split('\n').ShouldContain("not derived: tracking_error of 2 segments: schema_mismatch. found /arm");
        error.ToString().Split('\n').ShouldContain(
            "not derived: tracking_error of 1,980 segments: schema_mismatch, of 990 more schemas, each with a reason of its own: strata --data here history 'my robot' tells them all");
    }

    [Fact]
    public async Task Of_segments_with_causes_of_their_own_one_is_an_example_and_no_option_is_proposed_for_all()
    {
        var (terminal, _, error) = TestTerminal.Create();
        var group = new DerivationGroup("tracking_error", "tracking_error", "skipped", "no_comparable_rows", "command has 8 instances; if the last is a gripper: `--set joints=0..6`", 3, "a", Already: false) { DetailsDiffer = true };

        await RegisterSummary.WriteAsync(terminal, "", "robot", [], new RegisterResponse("robot", false, 7, [], [group], 0, []), TimeSpan.Zero);

        error.ToString().ShouldContain("no_comparable_rows, each in its own way. a: command has 8 instances");
        error.ToString().ShouldContain("  strata derivations robot --skipped");
        error.ToString().ShouldNotContain("rule declare");
    }

    [Fact]
    public async Task Where_deriving_waits_for_room_the_disk_that_is_named_is_the_one_to_free()
    {
        var (terminal, _, error) = TestTerminal.Create();

        await RegisterSummary.WriteAsync(terminal, "", "robot", [], new RegisterResponse("robot", false, 7, [], [], 0, [], StandstillReason: "db:5432/strata: no room for more: the server's disk is full."), TimeSpan.Zero);

        error.ToString().ShouldContain("db:5432/strata: no room for more: the server's disk is full. What is listed above");
        error.ToString().ShouldContain("free room on the disk that is named here");
        error.ToString().ShouldNotContain("data directory");
    }

    [Theory]
    [InlineData("given", "derived before, and given since: tracking_error of 1 segment; the given layer stands, and the rule leaves it alone")]
    [InlineData("removed", "derived before, and unregistered since: tracking_error of 1 segment")]
    public async Task A_derived_layer_that_does_not_stand_says_what_became_of_it(string outcome, string sentence)
    {
        var (terminal, _, error) = TestTerminal.Create();
        var group = new DerivationGroup("tracking_error", "tracking_error", outcome, null, null, 1, "a", Already: true);

        await RegisterSummary.WriteAsync(terminal, "", "robot", [], new RegisterResponse("robot", false, 7, [], [group], 0, []), TimeSpan.Zero);

        error.ToString().Split('\n').ShouldContain(sentence);
    }

    [Theory]
    [InlineData("registered", false, true)]
    [InlineData("known", false, true)]
    [InlineData("quarantined", false, false)]
    [InlineData("registered", true, false)]
    public async Task Where_a_dataset_has_no_rules_it_is_said_that_nothing_is_derived_and_what_proposes_some(string status, bool hasRules, bool isSaid)
    {
        var (terminal, _, error) = TestTerminal.Create();
        RegisterLine[] lines = [new("a.rrd", "a", "base", status, 7, null, null, null, null)];

        await RegisterSummary.WriteAsync(terminal, "", "robot", lines, new RegisterResponse("robot", false, 7, [], [], 0, [], HasRules: hasRules), TimeSpan.Zero);

        error.ToString().Split('\n').Contains("nothing is derived from them: dataset 'robot' has no rules").ShouldBe(isSaid);
        error.ToString().Split('\n').Contains("  strata rule suggest robot").ShouldBe(isSaid);
    }
}
