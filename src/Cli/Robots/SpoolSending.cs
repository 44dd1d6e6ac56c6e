using Strata.Contracts;
using Strata.Publishing;

namespace Strata.Cli;

/// <summary>Sends a spool in this process, or waits for the process that does.</summary>
internal sealed class SpoolSending(RobotSpool spool, RobotAddresses addresses)
{
    /// <summary>How soon it is noticed that another process got further, or ended.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>What is not answered is not done, also where answers cannot be heard.</summary>
    public bool NeedsAnswers { get; init; }

    /// <summary>Returns when it is enough.</summary>
    /// <param name="elsewhere">Is called once when another process sends for this robot.</param>
    /// <param name="started">Is given the sender, when it is this process.</param>
    public async Task RunAsync(string robot, IProgress<SendingNews> news, Func<bool> isEnough, Action elsewhere, Action<SpoolSender> started, CancellationToken cancellationToken)
    {
        for (var told = false; !isEnough();)
        {
            using var sending = spool.TryBecomeSender(robot);
            if (sending is not null)
            {
                await SendAsync(robot, news, isEnough, started, cancellationToken);
                return;
            }

            if (!told)
            {
                told = true;
                elsewhere();
            }

            await Task.Delay(LookEvery, cancellationToken);
        }
    }

    private async Task SendAsync(string robot, IProgress<SendingNews> news, Func<bool> isEnough, Action<SpoolSender> started, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        using var upload = new HttpUpload(addresses.Server, new BandwidthLimit(addresses.BytesPerSecond, time), time);
        IRobotLink? link = null;
        var sender = new SpoolSender(spool, upload, (answered, lost) => link = LinkOf(robot, answered, lost), robot, time, news, isEnough) { NeedsAnswers = NeedsAnswers };
        try
        {
            started(sender);
            await sender.RunAsync(cancellationToken);
        }
        finally
        {
            await link!.DisposeAsync();
        }
    }

    private IRobotLink LinkOf(string robot, Action<RecordingAnswered> answered, Action lost) => addresses.Broker is { } broker
        ? new RobotBroker(broker, addresses.Prefix, robot, answered, lost)
        : new HttpLink(addresses.Server, robot, TimeProvider.System);
}
