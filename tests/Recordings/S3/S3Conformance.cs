namespace Strata.Recordings.Tests;

public sealed class S3Conformance : RecordingStoreConformance
{
    protected override async Task<RecordingStoreUnderTest> CreateAsync() => await StandInUnderTest.StartAsync();
}

/// <summary>As of a server that knows neither <c>If-None-Match</c> nor checksums.</summary>
public sealed class S3ConformanceOnOldServers : RecordingStoreConformance
{
    protected override async Task<RecordingStoreUnderTest> CreateAsync()
    {
        var place = await StandInUnderTest.StartAsync();
        (place.Server.RefusesConditions, place.Server.HidesChecksums) = (true, true);
        return place;
    }
}
