using Strata.Web;

namespace Strata.Cli.Tests;

public sealed class BackupFolderTests
{
    [Theory]
    [InlineData("../other/secret")]
    [InlineData("recordings/../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData(".")]
    public void No_location_of_a_log_leads_out_of_the_folder(string location) =>
        Should.Throw<OperationException>(() => BackupFolder.Inside("/backups/strata", location)).Code.ShouldBe(OperationErrors.Invalid);

    [Fact]
    public void A_location_of_the_store_lies_in_the_folder() =>
        BackupFolder.Inside("/backups/strata", "recordings/ab/abc.rrd").ShouldBe("/backups/strata/recordings/ab/abc.rrd");
}
