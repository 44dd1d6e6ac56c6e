using Strata.Servers;

namespace Strata.Crash.Tests;

/// <summary>One server for all that need it, one after the other: their lives take the machine's cores already.</summary>
[CollectionDefinition(Collection)]
public sealed class Postgres : ICollectionFixture<PostgresServer>
{
    public const string Collection = "PostgreSQL";
}
