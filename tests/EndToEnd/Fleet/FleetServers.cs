using Strata.Bus.Tests;
using Strata.Servers;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>One PostgreSQL and one RabbitMQ for all tests of fleets, which run one after another: each has several processes.</summary>
[CollectionDefinition(Name)]
public sealed class FleetServers : ICollectionFixture<PostgresServer>, ICollectionFixture<RabbitMqBroker>
{
    public const string Name = "fleet";
}
