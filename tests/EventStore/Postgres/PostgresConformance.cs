using Strata.Conformance;
using Strata.Servers;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Strata.EventStore.Tests.Postgres;

public sealed class PostgresAppending(PostgresServer server) : AppendingConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresRefusal(PostgresServer server) : RefusalConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresGuards(PostgresServer server) : GuardsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresBlobs(PostgresServer server) : BlobsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresTimes(PostgresServer server) : TimesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresTraces(PostgresServer server) : TracesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresLeasedStates(PostgresServer server) : LeasedStatesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresReading(PostgresServer server) : ReadingConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresOrder(PostgresServer server) : OrderConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresWorkClaims(PostgresServer server) : WorkClaimsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresLeases(PostgresServer server) : LeasesConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresLeasedPositions(PostgresServer server) : LeasedPositionsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresCopying(PostgresServer server) : CopyingConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}

public sealed class PostgresHeartbeats(PostgresServer server) : HeartbeatsConformance
{
    protected override Task<StoreUnderTest> CreateAsync() => PostgresStoreUnderTest.CreateAsync(server);
}
