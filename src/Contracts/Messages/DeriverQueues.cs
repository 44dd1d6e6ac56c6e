namespace Strata.Contracts;

/// <summary>Where workers of outside derivers take jobs from, on whatever machine they run. Source: docs/your-own-deriver.md.</summary>
public interface IDeriverQueues
{
    /// <summary>
    /// Ends when no job waits at this queue and fewer are out from here than workers take jobs from it, so that what is asked then is taken at once: nobody's time runs while it waits in line.
    /// Looking makes no queue.
    /// </summary>
    /// <returns>The turn; disposed when its job is answered or given up.</returns>
    /// <exception cref="DeriverQueueException">Nobody takes jobs from it, or there is no asking.</exception>
    Task<IDisposable> TakeTurnAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Whether somebody takes jobs from it now. Looking makes no queue.</summary>
    /// <returns>False, too, where there is no asking.</returns>
    Task<bool> IsServedAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Asks, and waits for the answer for as long as the caller does; what is answered later goes nowhere.</summary>
    /// <param name="taken">Called once when no job waits at the queue any more, so that a worker has this one. Not where it is answered before that was looked at.</param>
    /// <exception cref="DeriverQueueException">It could not be asked, or nobody is there any more to be answered.</exception>
    Task<QueuedAnswer> AskAsync(QueuedJob job, Action taken, CancellationToken cancellationToken);
}

/// <param name="JobId">By which its answer is known.</param>
/// <param name="Json">What is asked, as docs/outside-job.schema.json says.</param>
/// <param name="PatienceNs">After it a job that nobody took is worth nothing and goes.</param>
public sealed record QueuedJob(string Queue, string JobId, ReadOnlyMemory<byte> Json, long PatienceNs);

/// <summary>As it came: nothing of it is trusted.</summary>
/// <param name="ContentType">Null: it says nothing of what it is.</param>
/// <param name="Reply">Of the header <see cref="DeriverQueueNames.ReplyHeader"/>; null: it has none.</param>
public sealed record QueuedAnswer(string? ContentType, ReadOnlyMemory<byte>? Reply, ReadOnlyMemory<byte> Body);

/// <summary>Names that workers of other languages rely on.</summary>
public static class DeriverQueueNames
{
    /// <summary>The property <c>type</c> of a job.</summary>
    public const string JobType = "strata.deriver.job";

    public const string JsonType = "application/json";

    /// <summary>Of an answer that is a recording file.</summary>
    public const string RecordingType = "application/vnd.rerun.rrd";

    /// <summary>What there is to say beside a recording file, as docs/outside-answer.schema.json says.</summary>
    public const string ReplyHeader = "strata-reply";
}

/// <summary>Nobody was asked, and it is no fault of the deriver: it passes when somebody starts the worker or mends the broker.</summary>
public sealed class DeriverQueueException(string message, Exception? cause = null) : Exception(message, cause);
