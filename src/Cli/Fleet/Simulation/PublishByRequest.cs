using Strata.Contracts;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>
/// Each recording is a register request that waits for the rules: in this process, or over HTTP to the server of the data directory, which opens the file where it was
/// written. It needs no broker and no spool.
/// </summary>
/// <param name="folder">For files on their way; each is gone once it is answered.</param>
internal sealed class PublishByRequest(IOperations operations, string dataset, string folder) : IPublishSimulated
{
    /// <summary>Who has no spool waits for each answer.</summary>
    public int AtOnce => 1;

    public async Task<PublishedRecording> PublishAsync(SimulatedRecording recording, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, recording.Segment + ".rrd");
        await File.WriteAllBytesAsync(path, recording.File, cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        var request = new RegisterRequest(dataset, [new(path, $"robot://{recording.Robot}/{recording.Segment}.rrd")], Keep: "copy", Wait: true) { Robot = recording.Robot };
        var answer = await operations.RunAsync(RegisterOperation.Route, request, NoProgress.Instance, cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(started);
        File.Delete(path);
        var outcome = OutcomeOf(answer.Recordings[0]);
        if (outcome == RecordingOutcomes.Quarantined)
        {
            return new(outcome, null, null, null);
        }

        var verdict = await SegmentVerdict.ReadAsync(operations, dataset, recording.Segment, cancellationToken);
        return new(outcome, verdict.Good, verdict.MeanError, outcome == RecordingOutcomes.Accepted ? took : null);
    }

    public Task SendHeartbeatAsync(string robot, long spooled, long spooledBytes, CancellationToken cancellationToken)
    {
        var now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var request = new SendHeartbeatRequest(robot, now, spooled, spooledBytes, OldestSpooledAtNs: null, ProgramVersion.Text);
        return operations.RunAsync(SendHeartbeatOperation.Route, request, NoProgress.Instance, cancellationToken);
    }

    private static string OutcomeOf(RegisteredLine line) => line.Status switch
    {
        RegistrationStatus.Registered or RegistrationStatus.Replaced => RecordingOutcomes.Accepted,
        RegistrationStatus.Known or RegistrationStatus.Skipped => RecordingOutcomes.Known,
        RegistrationStatus.Quarantined => RecordingOutcomes.Quarantined,
        _ => throw new OperationException(OperationErrors.Internal, $"{line.Path}: {line.Status}: {line.Reason}", "another --dataset or --seed makes other segments; a server that asks for tokens opens only what lies below Strata__Recordings__Roots"),
    };
}
