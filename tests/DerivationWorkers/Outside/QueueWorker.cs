using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers.Tests;

/// <summary>A worker at a queue without a broker between: what it answers a test says.</summary>
internal sealed class QueueWorker(Func<OutsideJob, CancellationToken, Task<QueuedAnswer>> answer) : IDeriverQueues
{
    public const string Queue = "strata.deriver.outside";

    /// <summary>A definition of a deriver that waits here.</summary>
    /// <param name="members">As JSON, with a comma before.</param>
    public static string Definition(string members = "") => $$"""{"version": 1, "queue": "{{Queue}}"{{members}}}""";

    public QueueWorker(Func<OutsideJob, QueuedAnswer> answer)
        : this((job, _) => Task.FromResult(answer(job)))
    {
    }

    /// <summary>Why nobody can be asked; null: somebody can.</summary>
    public string? Away { get; set; }

    public ConcurrentQueue<(QueuedJob Message, OutsideJob Job)> Asked { get; } = [];

    /// <summary>One entity of two rows, for the segment that is asked for.</summary>
    public static QueuedAnswer Good(OutsideJob job, string? reply = null) =>
        Recording(Shells.Rrd([(StoreId.Recording(job.ApplicationId, job.RecordingId), new RecordingBuilder().Add("/derived/outside", [1_000, 2_000], new[] { new[] { 0.5 }, new[] { 1.5 } }).Chunks)]), reply);

    public static QueuedAnswer Recording(ReadOnlyMemory<byte> rrd, string? reply = null) =>
        new("application/vnd.rerun.rrd", reply is null ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(reply), rrd);

    public static QueuedAnswer Json(string json) => new("application/json; charset=utf-8", null, Encoding.UTF8.GetBytes(json));

    /// <summary>False: a job waits for ever behind others.</summary>
    public bool Takes { get; init; } = true;

    public Task<IDisposable> TakeTurnAsync(string queue, CancellationToken cancellationToken) =>
        queue == Queue && Away is null ? Task.FromResult<IDisposable>(new MemoryStream()) : throw new DeriverQueueException(Away ?? $"no queue {queue}");

    public Task<bool> IsServedAsync(string queue, CancellationToken cancellationToken) => Task.FromResult(queue == Queue && Away is null);

    public Task<QueuedAnswer> AskAsync(QueuedJob job, Action taken, CancellationToken cancellationToken)
    {
        if (Takes)
        {
            taken();
        }

        var asked = JsonSerializer.Deserialize(job.Json.Span, OutsideJson.Default.OutsideJob)!;
        Asked.Enqueue((job, asked));
        return answer(asked, cancellationToken);
    }
}
