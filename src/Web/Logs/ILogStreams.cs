namespace Strata.Web;

/// <summary>The log as a stream of lines, from this process or over HTTP from the one that holds the data directory: too long for one answer.</summary>
public interface ILogStreams : ILogFollowing
{
    /// <summary>The whole log, as of one moment, as a file of <c>strata log export</c>.</summary>
    Task ExportAsync(Stream to, CancellationToken cancellationToken);
}

/// <summary>The events of a log as a stream of lines.</summary>
public interface ILogFollowing
{
    /// <summary>Events as <see cref="LogLine"/>, one JSON object a line, each as soon as readers may see it.</summary>
    /// <param name="follow">False: ends with the event that is the last one now. True: goes on until cancelled.</param>
    Task FollowAsync(long afterPosition, bool follow, Stream to, CancellationToken cancellationToken);
}
