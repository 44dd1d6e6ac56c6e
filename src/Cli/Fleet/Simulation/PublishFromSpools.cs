using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The robots' own way: each has a spool, uploads its files, publishes over the broker and hears its answers.</summary>
/// <param name="operations">For what the rules make of it: robots do not hear that.</param>
/// <param name="folder">For the spools.</param>
/// <param name="tell">Is told why something waits.</param>
internal sealed class PublishFromSpools(IOperations operations, string dataset, string folder, RobotAddresses addresses, Action<string> tell) : IPublishSimulated, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<SpoolingRobot>> _robots = new(StringComparer.Ordinal);

    /// <summary>A spool takes what is recorded while others are on their way; beyond it a simulated robot stops recording.</summary>
    public int AtOnce => 32;

    public async Task<PublishedRecording> PublishAsync(SimulatedRecording recording, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, recording.Segment + ".rrd");
        await File.WriteAllBytesAsync(path, recording.File, cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        var answered = await Of(recording.Robot).SendAsync(path, cancellationToken);
        File.Delete(path);
        var outcome = answered.Outcome!;
        if (outcome == RecordingOutcomes.Quarantined)
        {
            return new(outcome, null, null, null);
        }

        var verdict = await SegmentVerdict.ReadAsync(operations, dataset, recording.Segment, cancellationToken);
        return new(outcome, verdict.Good, verdict.MeanError, outcome == RecordingOutcomes.Accepted ? TimeProvider.System.GetElapsedTime(started) : null);
    }

    public Task SendHeartbeatAsync(string robot, long spooled, long spooledBytes, CancellationToken cancellationToken) => Of(robot).BeatAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_robots.Values.Select(r => r.Value.DisposeAsync().AsTask()));
    }

    private SpoolingRobot Of(string robot) =>
        _robots.GetOrAdd(robot, name => new(() => new SpoolingRobot(name, dataset, Path.Combine(folder, "spools", Uri.EscapeDataString(name)), addresses, tell))).Value;
}
