namespace Strata.DerivationWorkers.Tests;

public class MendingOptionTests
{
    [Theory]
    [InlineData("command has 8 instances, observation 7; if the last of command is a gripper: `--set joints=0..6` (dropped …)", "rule declare my_robot tracking_error --set joints=0..6")]
    [InlineData("commands are older than 5 when observed; allow more with `--set maxAgeNs=N`", null)]
    [InlineData("no command; try `--set maxAgeNs=N` or `--set alignment=latest_at`", "rule declare my_robot tracking_error --set alignment=latest_at")]
    [InlineData("try `--set command=/arm:target_q`; and `--set observation=/arm:actual_q` or `--set command=/b`", "rule declare my_robot tracking_error --set command=/arm:target_q --set observation=/arm:actual_q")]
    [InlineData("try `--set pairs=[]` and likewise 3 more; `strata rule suggest` names them all", null)]
    [InlineData("look at `strata why`", null)]
    [InlineData(null, null)]
    public void Options_that_can_be_run_as_they_stand_become_a_command(string? detail, string? command) =>
        MendingOption.Command(detail, "my_robot", "tracking_error").ShouldBe(command);
}
