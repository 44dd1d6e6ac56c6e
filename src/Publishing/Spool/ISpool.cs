using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>A robot's durable outbox. Each method is one commit, or changes nothing.</summary>
public interface ISpool
{
    Task<SpoolAddition> AddAsync(NewRecording recording, CancellationToken cancellationToken);

    /// <summary>Of a robot the next that is to be sent behind <paramref name="afterId"/>, in the order of their spooling; null when there is none.</summary>
    SpooledRecording? NextToSend(string robot, long afterId);

    SpoolBacklog Backlog(string robot);

    void Uploaded(long id);

    /// <summary>The server does not have it any more.</summary>
    void NotUploaded(long id);

    /// <param name="isAnswered">Whether its answer will be heard; else it is done.</param>
    void Published(long id, bool isAnswered);

    /// <returns>Null for the answer to a message that is not of this spool.</returns>
    SpooledRecording? Answered(RecordingAnswered answer);

    void Failed(long id, string reason, bool needsPerson);

    /// <summary>Lets go of bytes that no recording of the spool needs any more.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);

    /// <summary>Grows whenever a person asked that everything be tried at once, in whatever process.</summary>
    long Retries { get; }

    /// <summary>Changes whenever another process changed something.</summary>
    long ForeignChanges { get; }
}
