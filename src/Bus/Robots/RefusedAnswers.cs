using Microsoft.Extensions.Logging;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>Tells of answers that the broker refused to take for their robot, the first one at once and then at most a line a minute, however many robots are so.</summary>
internal sealed class RefusedAnswers(TimeProvider time, ILogger logger)
{
    /// <summary>A robot that reads nothing would otherwise write as many lines as it sends messages.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _toldAt;
    private long _untold;

    /// <param name="robot">To whom one answer was not delivered.</param>
    public void Add(string robot)
    {
        long count;
        lock (_gate)
        {
            _untold++;
            if (_toldAt is { } before && time.GetElapsedTime(before) < Quiet)
            {
                return;
            }

            (count, _untold, _toldAt) = (_untold, 0, time.GetTimestamp());
        }

        logger.LogWarning(
            "{Count} answers were refused by the broker and dropped, the last one to robot '{Robot}': its queue '{Queue}' takes no more, mostly declared with x-overflow=reject-publish and read by nobody; what was answered stands in the log, and the same message again is answered again",
            count, robot, RobotRouting.Answer(robot));
    }
}
