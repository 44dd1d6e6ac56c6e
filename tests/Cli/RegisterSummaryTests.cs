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
}
