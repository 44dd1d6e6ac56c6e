namespace Strata.EndToEnd.Tests.Soak;

/// <summary>What is done to the fleet, in the words of docs/reliability.md.</summary>
internal static class SoakFault
{
    public const string WorkerKilled = "a worker is killed";
    public const string RegistrarKilled = "the registrar is killed";
    public const string CatalogKilled = "the catalog is killed, with uploads under way";
    public const string RelayStopped = "the relay is stopped past its lease and goes on";
    public const string BrokerKilled = "the broker is killed and started";
    public const string BrokerStopped = "the broker is stopped and started";
    public const string DatabaseKilled = "the database is stopped at once and started";

    /// <summary>Those that come one after another; workers are killed all the while.</summary>
    public static IReadOnlyList<string> Rounds { get; } = [RegistrarKilled, CatalogKilled, RelayStopped, BrokerKilled, BrokerStopped, DatabaseKilled];

    public static IReadOnlyList<string> All { get; } = [WorkerKilled, .. Rounds];
}
