using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Strata.Cli;

/// <summary>
/// Robots that record at their rate and publish, each robot for itself. Who cannot be answered fast enough keeps what waits, as a robot's spool does.
/// </summary>
internal sealed class FleetSimulation(SimulationOptions options, IPublishSimulated publisher, TimeProvider clock)
{
    /// <summary>Beyond it a robot makes no more: some 20 kB each.</summary>
    private const int MostSpooled = 32;

    private static readonly TimeSpan BetweenHeartbeats = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, SimulationCount> _counts = new(StringComparer.Ordinal);
    private readonly Latencies _untilQuality = new();
    private readonly AnswerWatch _answers = new(clock);

    public IReadOnlyList<SimulatedRobot> Robots { get; } = options.MakeRobots();

    public int Total => Robots.Count * options.RecordingsPerRobot;

    public SimulationCount Of(SimulatedRobot robot) => _counts.GetValueOrDefault(robot.Name, SimulationCount.None);

    /// <summary>Ends when all recordings were answered, or nothing is answered any more: then the summary says how many were not.</summary>
    public async Task<SimulationSummary> RunAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var robots = Robots.Select(robot => EndOthersAsync(RunAsync(robot, started, failed.Token), failed)).ToArray();
        var all = Task.WhenAll(robots);
        var silence = _answers.SilenceAsync(failed.Token);
        await Task.WhenAny(all, silence);
        await failed.CancelAsync();
        await Task.WhenAll(all, silence).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (robots.FirstOrDefault(r => r.IsFaulted) is { } broken)
        {
            await broken;
        }

        return SimulationSummary.Of(options, Robots.Select(Of), _untilQuality, clock.GetElapsedTime(started));
    }

    /// <summary>What one robot meets, a server that went away, the others meet too: the first says so.</summary>
    private static async Task EndOthersAsync(Task robot, CancellationTokenSource others)
    {
        try
        {
            await robot;
        }
        catch
        {
            await others.CancelAsync();
            throw;
        }
    }

    private async Task RunAsync(SimulatedRobot robot, long started, CancellationToken cancellationToken)
    {
        var spool = Channel.CreateBounded<SimulatedRecording>(MostSpooled);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var heartbeats = BeatAsync(robot, spool.Reader, ended.Token);
        var recording = RecordAsync(robot, started, spool.Writer, ended.Token);
        try
        {
            await Parallel.ForEachAsync(
                spool.Reader.ReadAllAsync(cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = publisher.AtOnce, CancellationToken = cancellationToken },
                async (next, token) => await PublishAsync(robot, next, token));

            await recording;
            _answers.Asked();
            await publisher.SendHeartbeatAsync(robot.Name, 0, 0, cancellationToken);
            _answers.Answered();
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(heartbeats, recording).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (heartbeats.IsFaulted)
        {
            await heartbeats;
        }
    }

    /// <summary>Robots do not start together: each has a place of its own within the time from one recording to the next.</summary>
    private async Task RecordAsync(SimulatedRobot robot, long started, ChannelWriter<SimulatedRecording> spool, CancellationToken cancellationToken)
    {
        try
        {
            for (var number = 0; number < options.RecordingsPerRobot; number++)
            {
                var due = TimeSpan.FromSeconds((number + ((robot.Number - 1.0) / Robots.Count)) / options.Rate);
                if (due - clock.GetElapsedTime(started) is var early && early > TimeSpan.Zero)
                {
                    await Task.Delay(early, clock, cancellationToken);
                }

                var recording = SimulatedRecording.Make(options, robot, number);
                Change(robot, count => count with { Made = count.Made + 1, Spooled = count.Spooled + 1 });
                await spool.WriteAsync(recording, cancellationToken);
            }

            spool.Complete();
        }
        catch (Exception e)
        {
            spool.Complete(e);
            throw;
        }
    }

    private async Task PublishAsync(SimulatedRobot robot, SimulatedRecording recording, CancellationToken cancellationToken)
    {
        _answers.Asked();
        var published = await publisher.PublishAsync(recording, cancellationToken);
        _answers.Answered();
        if (published.UntilQuality is { } took)
        {
            _untilQuality.Add(took);
        }

        Change(robot, count => count.With(published, isAgain: false) with { Spooled = count.Spooled - 1 });
        if (recording.IsSentTwice)
        {
            _answers.Asked();
            var again = await publisher.PublishAsync(recording, cancellationToken);
            _answers.Answered();
            Change(robot, count => count.With(again, isAgain: true));
        }
    }

    private async Task BeatAsync(SimulatedRobot robot, ChannelReader<SimulatedRecording> spool, CancellationToken cancellationToken)
    {
        while (true)
        {
            var waiting = spool.Count;
            await publisher.SendHeartbeatAsync(robot.Name, waiting, waiting * SimulatedRecording.UsualBytes, cancellationToken);
            await Task.Delay(BetweenHeartbeats, clock, cancellationToken);
        }
    }

    private void Change(SimulatedRobot robot, Func<SimulationCount, SimulationCount> change) =>
        _counts.AddOrUpdate(robot.Name, _ => change(SimulationCount.None), (_, count) => change(count));
}
