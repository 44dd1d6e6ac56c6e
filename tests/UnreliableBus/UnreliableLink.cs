using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.UnreliableBus;

/// <summary>
/// What an endpoint takes from a broker over a link that breaks: before what was delivered is handled, which then comes again, and behind that, when its acknowledgement
/// is lost and it comes again although it was handled. To the endpoint a handler that ends with the link's exception is a link that broke.
/// </summary>
public sealed class UnreliableLink(Faults faults, int seed)
{
    /// <summary>Each break counts as a delivery. Well below the broker's limit, so that no message lies among dead letters for it, which is a test of its own.</summary>
    private const int MaxBreaksAMessage = 2;

    public const string Reason = "the link broke";

    private readonly Random _random = new(seed);
    private readonly Dictionary<Sha256Digest, int> _met = [];

    /// <summary>How often it broke.</summary>
    public int Breaks { get; private set; }

    public IPublishRecordings To(IPublishRecordings registrar) => new Recordings(this, registrar);

    public IHandle<RobotHeartbeat> To(IHandle<RobotHeartbeat> handler) => new Heartbeats(this, handler);

    private async Task PassAsync(IEnumerable<byte[]> bodies, Func<Task> handle)
    {
        var (isLost, isDoubled) = FateOf([.. bodies.Select(b => Sha256Digest.Of(b))]);
        if (isLost)
        {
            throw Broken();
        }

        await handle();
        if (isDoubled)
        {
            throw Broken();
        }
    }

    private (bool IsLost, bool IsDoubled) FateOf(IReadOnlyCollection<Sha256Digest> messages)
    {
        lock (_met)
        {
            var fate = _random.NextDouble();
            var (isLost, isDoubled) = (fate < faults.Lost, fate >= faults.Lost && fate < faults.Lost + faults.Doubled);
            if ((!isLost && !isDoubled) || messages.Any(m => _met.GetValueOrDefault(m) >= MaxBreaksAMessage))
            {
                return (false, false);
            }

            foreach (var message in messages)
            {
                _met[message] = _met.GetValueOrDefault(message) + 1;
            }

            Breaks++;
            return (isLost, isDoubled);
        }
    }

    private static OperationInterruptedException Broken() => new(new ShutdownEventArgs(ShutdownInitiator.Peer, Constants.InternalError, Reason));

    private sealed class Recordings(UnreliableLink link, IPublishRecordings registrar) : IPublishRecordings
    {
        public async Task<IReadOnlyList<PublishAnswer>> PublishAsync(IReadOnlyList<RobotDelivery> deliveries, CancellationToken cancellationToken)
        {
            IReadOnlyList<PublishAnswer> answers = [];
            await link.PassAsync(deliveries.Select(d => d.Body.ToArray()), async () => answers = await registrar.PublishAsync(deliveries, cancellationToken));
            return answers;
        }
    }

    private sealed class Heartbeats(UnreliableLink link, IHandle<RobotHeartbeat> handler) : IHandle<RobotHeartbeat>
    {
        public Task HandleAsync(RobotHeartbeat message, CancellationToken cancellationToken) =>
            link.PassAsync([RobotMessageJson.Serialize(message)], () => handler.HandleAsync(message, cancellationToken));
    }
}
