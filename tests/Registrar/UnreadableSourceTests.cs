using Strata.Recordings;

namespace Strata.Registrar.Tests;

public sealed class UnreadableSourceTests
{
    private static readonly RecordingSource Source = new("/robots/a.rrd", "file:///robots/a.rrd");

    [Fact]
    public void A_file_that_may_not_be_read_is_named_with_what_to_do() =>
        InspectedSource.Unusable.Of(Source, new UnauthorizedAccessException("Access to the path is denied.")).Reason
            .ShouldBe("'/robots/a.rrd' cannot be read: access is denied; give this user read rights on the file and its folders, then register it again");

    [Fact]
    public void A_file_that_the_disk_does_not_give_is_named_with_the_systems_words() =>
        InspectedSource.Unusable.Of(Source, new IOException("Input/output error")).Reason
            .ShouldBe("'/robots/a.rrd' could not be read: Input/output error; look at the disk that it lies on, then register it again");
}
