namespace Strata.Bench;

/// <summary>What only several processes on one PostgreSQL and one RabbitMQ have: the relay, robots that publish, and workers beside each other. Not among "all": it needs both servers.</summary>
internal static class FleetMeasurement
{
    private const string BrokerVariable = "STRATA_BENCH_RABBITMQ";

    public static async Task RunAsync(BenchOptions options, ResultFile results, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(BrokerVariable) is not { Length: > 0 } broker)
        {
            throw new InvalidOperationException($"{BrokerVariable} names no broker (amqp://USER:PASSWORD@HOST:PORT)");
        }

        if (options.Filters.Count == 0 || options.Filters.Contains("relay"))
        {
            await RelayMeasurement.RunAsync(new Uri(broker), options, results, cancellationToken);
        }

        if (options.Filters.Count == 0 || options.Filters.Contains("robots"))
        {
            await RobotMeasurement.RunAsync(new Uri(broker), options, results, cancellationToken);
        }

        if (options.Filters.Count == 0 || options.Filters.Contains("workers"))
        {
            await WorkerMeasurement.RunAsync(new Uri(broker), options, results, cancellationToken);
        }
    }
}
