using Strata.Cli;
using Strata.Contracts;
using Strata.Publishing;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>
/// A robot's way to a real broker on which some messages are postponed behind later ones, some confirmations are lost, and some messages come again: at once, or late and among
/// others, under the same id or as a message of its own.
/// </summary>
internal sealed class CarelessBroker(IRobotLink broker, Random random, SoakLedger ledger) : IRobotLink
{
    /// <summary>Each of the five things happens to one message in so many.</summary>
    private const double Part = 0.06;

    /// <summary>A late copy comes behind so many messages at most.</summary>
    private const int MostBetween = 4;

    private readonly HashSet<string> _postponed = new(StringComparer.Ordinal);
    private readonly List<(int Left, RecordingPublished Message)> _late = [];

    public string? AnswersRefused => broker.AnswersRefused;

    public bool IsConnected => broker.IsConnected;

    public Task<bool> ConnectAsync(CancellationToken cancellationToken) => broker.ConnectAsync(cancellationToken);

    public Task BeatAsync(RobotHeartbeat heartbeat, CancellationToken cancellationToken) => broker.BeatAsync(heartbeat, cancellationToken);

    public async Task<RecordingAnswered?> PublishAsync(RecordingPublished message, CancellationToken cancellationToken)
    {
        var fate = (int)(random.NextDouble() / Part);
        if (fate == 0 && _postponed.Add(message.MessageId))
        {
            throw new RecordingRefusedException("postponed behind later ones", needsPerson: false);
        }

        await broker.PublishAsync(message, cancellationToken);
        switch (fate)
        {
            case 1:
                throw new LinkDownException("the confirmation was lost");
            case 2:
                ledger.Copied(message.MessageId);
                await broker.PublishAsync(message, cancellationToken);
                break;
            case 3:
                _late.Add((random.Next(MostBetween), message));
                break;
            case 4:
                _late.Add((random.Next(MostBetween), message with { MessageId = Guid.NewGuid().ToString("D") }));
                break;
            default:
                break;
        }

        await SendLateAsync(cancellationToken);
        return null;
    }

    public ValueTask DisposeAsync() => broker.DisposeAsync();

    /// <summary>Copies that were to come later still.</summary>
    public async Task SendRestAsync(CancellationToken cancellationToken)
    {
        while (_late.Count > 0)
        {
            try
            {
                await broker.ConnectAsync(cancellationToken);
                await SendLateAsync(cancellationToken);
            }
            catch (LinkDownException)
            {
                await Task.Delay(TimeSpan.FromSeconds(random.Between(0.2, 1)), cancellationToken);
            }
        }
    }

    private async Task SendLateAsync(CancellationToken cancellationToken)
    {
        for (var i = _late.Count - 1; i >= 0; i--)
        {
            var (left, message) = _late[i];
            if (left > 0)
            {
                _late[i] = (left - 1, message);
                continue;
            }

            ledger.Copied(message.MessageId);
            await broker.PublishAsync(message, cancellationToken);
            _late.RemoveAt(i);
        }
    }
}
