namespace Strata.Contracts;

/// <summary>Where workers of outside derivers take jobs from, on whatever machine they run. Source: docs/your-own-deriver.md.</summary>
public interface IDeriverQueues
{
    /// <summary>Ends when somebody takes jobs from this queue. Looking makes none.</summary>
    /// <exception cref="DeriverQueueException">Nobody does, or there is no asking.</exception>
    Task RequireWorkerAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Asks, and waits for the answer for as long as the caller does; what is answered later goes nowhere.</summary>
    /// <exception cref="DeriverQueueException">It could not be asked, or nobody is there any more to be answered.</exception>
    Task<QueuedAnswer> AskAsync(QueuedJob job, CancellationToken cancellationToken);
}

/// <param name="JobId">By which its answer is known.</param>
/// <param name="Json">What is asked, as docs/outside-job.schema.json says.</param>
/// <param name="Patience">After it a job that nobody took is worth nothing and goes.</param>
public sealed record QueuedJob(string Queue, string JobId, ReadOnlyMemory<byte> Json, TimeSpan Patience);

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
