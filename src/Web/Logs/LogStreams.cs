using Strata.EventStore;

namespace Strata.Web;

/// <summary>Streams the log of this process.</summary>
public sealed class LogStreams(IEventStore store, ILogCopy copy) : ILogStreams
{
    private readonly LogFollowing _following = new(store);

    public Task ExportAsync(Stream to, CancellationToken cancellationToken) => LogFileWriter.WriteAsync(copy.ExportAsync(cancellationToken), to, cancellationToken);

    public Task FollowAsync(long afterPosition, bool follow, Stream to, CancellationToken cancellationToken) => _following.FollowAsync(afterPosition, follow, to, cancellationToken);
}
