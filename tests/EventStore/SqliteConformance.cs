using Strata.Conformance;

namespace Strata.EventStore.Tests;

public sealed class SqliteAppending : AppendingConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteRefusal : RefusalConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteGuards : GuardsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteBlobs : BlobsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteTimes : TimesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteTraces : TracesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteLeasedStates : LeasedStatesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteReading : ReadingConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteOrder : OrderConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteWorkClaims : WorkClaimsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteLeases : LeasesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteLeasedPositions : LeasedPositionsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteCopying : CopyingConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}

public sealed class SqliteHeartbeats : HeartbeatsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => SqliteStoreUnderTest.CreateAsync();
}
