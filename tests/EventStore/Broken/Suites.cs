using Strata.Conformance;

namespace Strata.EventStore.Tests.Broken;

internal sealed class BrokenAppendingSuite(Breakage breakage) : AppendingConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenRefusalSuite(Breakage breakage) : RefusalConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenGuardsSuite(Breakage breakage) : GuardsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenBlobsSuite(Breakage breakage) : BlobsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenTimesSuite(Breakage breakage) : TimesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenReadingSuite(Breakage breakage) : ReadingConformance
{
    /// <summary>The wake-up that this suite waits for never comes.</summary>
    protected override TimeSpan Patience => TimeSpan.FromMilliseconds(200);

    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenOrderSuite(Breakage breakage) : OrderConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenWorkClaimsSuite(Breakage breakage) : WorkClaimsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenLeasesSuite(Breakage breakage) : LeasesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}

internal sealed class BrokenLeasedPositionsSuite(Breakage breakage) : LeasedPositionsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync(breakage);
}
