using Strata.Bus;
using Strata.Publishing;
using Strata.Web;

namespace Strata.Cli;

/// <summary>How simulated robots reach Strata: as real ones do where the server has a broker, else by register requests.</summary>
/// <param name="Name">In the summary: <c>amqp</c>, <c>http</c> or <c>process</c>.</param>
/// <param name="Words">For people.</param>
/// <param name="Spools">Where robots with spools send to; null: they have none.</param>
internal sealed record SimulatedWay(string Name, string Words, RobotAddresses? Spools)
{
    private const string InProcess = "process";

    /// <summary>Whether there is a server, which may go away and come back.</summary>
    public bool IsServed => Name != InProcess;

    /// <summary>Longer than any simulation runs: a token is checked with each upload.</summary>
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(30);

    /// <summary>A server that has just started takes its queue within a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    public static SimulatedWay InThisProcess(DataDirectory data) => new(InProcess, $"no server runs on {data.Path}: the robots register in this process, without broker and spools", null);

    public static SimulatedWay OverHttp(string url) => new("http", $"no broker is set: the robots register over HTTP at {url}, without spools", null);

    /// <param name="named">The broker that was named on the line; null: as the settings say.</param>
    /// <param name="isInProcess">No server runs.</param>
    /// <exception cref="OperationException">The broker is away, or nobody takes messages of robots from it.</exception>
    public static async Task<SimulatedWay> FindAsync(DataDirectory data, HostSettings settings, string? named, bool isInProcess, CancellationToken cancellationToken)
    {
        var server = isInProcess ? null : RunningServer.Read(data);
        if (server is null)
        {
            return named is null
                ? InThisProcess(data)
                : throw new OperationException(OperationErrors.FailedPrecondition, $"no server runs on {data.Path}, and robots with a broker need one that takes their uploads and messages", $"start one: Strata__Bus__RabbitMq={BrokerWords(named)} strata serve --data {data.Path}");
        }

        if ((named ?? settings.RabbitMq?.ToString()) is not { } text)
        {
            return OverHttp(server.Url);
        }

        var broker = RobotOptions.Broker(text);
        await RequireListenerAsync(broker, settings.BusPrefix, cancellationToken);
        var robots = new RobotServer(new Uri(server.Url.TrimEnd('/') + "/"), server.RequiresToken ? HttpOperations.TokenOfOwner(server.TokenSecret ?? data.OwnTokenSecret, TokenLifetime) : null) { CertificateSha256 = server.CertificateSha256 };
        return new("amqp", $"each robot has a spool, uploads to {server.Url} and publishes over the broker at {broker.Host}:{broker.Port}", new(robots, broker, settings.BusPrefix, BytesPerSecond: null));
    }

    /// <summary>Said at the beginning: spools would wait for days.</summary>
    private static async Task RequireListenerAsync(Uri broker, string prefix, CancellationToken cancellationToken)
    {
        try
        {
            var began = TimeProvider.System.GetTimestamp();
            while (!(await BrokerCheckup.LookAsync(broker, prefix, cancellationToken)).Queues.Any(q => q.Queue == prefix + BusNames.RobotsQueue && q.Consumers > 0))
            {
                if (TimeProvider.System.GetElapsedTime(began) > Patience)
                {
                    throw new OperationException(
                        OperationErrors.FailedPrecondition, $"no server takes messages of robots from the broker at {broker.Host}:{broker.Port}: nobody reads its queue '{prefix}{BusNames.RobotsQueue}'", "start strata serve with Strata__Bus__RabbitMq set to this broker and the same Strata__Bus__Prefix");
                }

                await Task.Delay(LookAgain, cancellationToken);
            }
        }
        catch (BrokerAwayException e)
        {
            throw new OperationException(OperationErrors.FailedPrecondition, e.Message, "start the broker, or leave out --broker and Strata__Bus__RabbitMq to register over HTTP");
        }
    }

    /// <summary>Without what may be a password.</summary>
    private static string BrokerWords(string named) => named.LastIndexOf('@') is >= 0 and var at ? "amqp://…" + named[at..] : named;
}
