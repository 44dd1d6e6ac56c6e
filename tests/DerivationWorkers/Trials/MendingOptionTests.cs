namespace Strata.DerivationWorkers.Tests;

public class MendingOptionTests
{
    [Theory]
    [InlineData("command has 8 instances, observation 7; if the last of command is a gripper: `--set joints=0..6` (dropped …)", "rule declare my_robot tracking_error --set joints=0..6")]
    [InlineData("commands are older than 5 when observed; allow more with `--set maxAgeNs=N`", null)]
    [InlineData("no command; try `--set maxAgeNs=N` or `--set alignment=latest_at`", "rule declare my_robot tracking_error --set alignment=latest_at")]
    [InlineData("look at `strata why`", null)]
    [InlineData(null, null)]
    public void The_first_option_that_can_be_run_as_it_stands_becomes_a_command(string? detail, string? command) =>
        MendingOption.Command(detail, "my_robot", "tracking_error").ShouldBe(command);
}
