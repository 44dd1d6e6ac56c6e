using Strata.Contracts;

namespace Strata.Web;

/// <summary>A <see cref="RobotHeartbeat"/> over HTTP, for a robot that has no broker.</summary>
/// <param name="SentAtNs">UTC nanoseconds since 1970 by the robot's clock.</param>
public sealed record SendHeartbeatRequest(string Robot, long SentAtNs, long Spooled = 0, long SpooledBytes = 0, long? OldestSpooledAtNs = null, string? Version = null);

public sealed record SendHeartbeatResponse(string Robot);

public sealed class SendHeartbeatOperation(IHandle<RobotHeartbeat> heartbeats) : IOperation<SendHeartbeatRequest, SendHeartbeatResponse>
{
    public static OperationRoute<SendHeartbeatRequest, SendHeartbeatResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/fleet/{robot}/heartbeat", "A robot says that it is there, and what waits in its spool", ApiJson.Default.SendHeartbeatRequest, ApiJson.Default.SendHeartbeatResponse)
    {
        Needs = AccessScope.Register,
        AsksItself = true,
    };

    public async Task<SendHeartbeatResponse> RunAsync(SendHeartbeatRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var robot = asker.AsRobot(request.Robot).Who!;
        try
        {
            await heartbeats.HandleAsync(new(robot, request.SentAtNs, request.Spooled, request.SpooledBytes, request.OldestSpooledAtNs, request.Version), cancellationToken);
        }
        catch (ArgumentException refused)
        {
            throw new OperationException(OperationErrors.Invalid, refused.Message, null);
        }

        return new(robot);
    }
}
