using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;
using static System.FormattableString;

namespace Strata.DerivationWorkers;

/// <summary>An outside deriver that waits at a queue, on whatever machine it runs: a job in a message, an answer in another one. Source: docs/your-own-deriver.md.</summary>
public sealed class QueueDeriver(OutsideDefinition definition, OutsideOptions options) : OutsideDeriver(definition, options)
{
    /// <summary>A worker that takes a job in the last second still has this long to read its inputs.</summary>
    private static readonly TimeSpan ReadingMargin = TimeSpan.FromMinutes(5);

    private string Queue => Definition.Queue!;

    public override string? WhyNotHere() => Options.Queues is not null
        ? null
        : $"{Definition.File}: queue: expected a broker from which its worker takes jobs, found none; set Strata__Bus__RabbitMq=amqp://USER:PASSWORD@HOST:PORT/VHOST";

    public override Task<bool> IsServedAsync(CancellationToken cancellationToken) =>
        Options.Queues is { } queues ? queues.IsServedAsync(Queue, cancellationToken) : Task.FromResult(false);

    private protected override async Task<Derivation> AskAsync(OutsideRequest request, CancellationToken cancellationToken)
    {
        using var folder = JobFolder.Create(Options.JobsFolder);
        var answer = await AskAsync(request, folder, cancellationToken).ConfigureAwait(false);
        if (answer.Body.Length > Definition.Limits.AnswerBytes)
        {
            throw Fault(FailureReasons.DeriverAnswer, $"it answered with {answer.Body.Length} bytes, more than {Definition.Limits.AnswerBytes}; write less, or raise limits.answerBytes", "");
        }

        var log = "";
        try
        {
            var read = QueueReplies.Read(answer);
            log = read.After;
            if (read is { Failed: { } why })
            {
                var fault = Fault(FailureReasons.DeriverFailed, read.TryAgain ? $"it asks to be tried again later: {why}" : $"it says that it failed: {why}", log);
                throw read.TryAgain ? fault.ThatWillPass() : fault;
            }

            return read.Reply.Skipped is { } reason
                ? Skipped(reason, read.Reply)
                : OutsideLayer.Write(request.Request, Definition, read.Reply, await ChunksAsync(read.Recording, folder, request, cancellationToken).ConfigureAwait(false));
        }
        catch (AnswerRefusedException refused)
        {
            throw Refused(refused, log);
        }
    }

    private Task<ImmutableArray<Chunk>> ChunksAsync(ReadOnlyMemory<byte>? recording, JobFolder folder, OutsideRequest request, CancellationToken cancellationToken) => recording is { } body
        ? OutsideAnswer.ReadAsync(new MemoryBytes(body), request.Request, Definition, cancellationToken)
        : OutsideAnswer.ReadAsync(folder.Answer, "a message that says why it skips or failed", request.Request, Definition, cancellationToken);

    /// <summary>How long it may take counts from when a worker has it; as long again it may wait for that, though its turn came when one was free.</summary>
    private async Task<QueuedAnswer> AskAsync(OutsideRequest request, JobFolder folder, CancellationToken cancellationToken)
    {
        var (queues, time, taken) = (Options.Queues!, Definition.Limits.Time, false);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Before the inputs are copied: they would lie there while others are computed, and for nothing where nobody is.
            using var turn = await queues.TakeTurnAsync(Queue, cancellationToken).ConfigureAwait(false);
            var inputs = new List<OutsideJobInput>(request.Files.Length);
            for (var k = 0; k < request.Files.Length; k++)
            {
                var shared = request.Files[k] is IOpenRecording kept ? await kept.ShareAsync((2 * time) + ReadingMargin, cancellationToken).ConfigureAwait(false) : null;
                inputs.Add(await InputAsync(request, k, folder, shared, cancellationToken).ConfigureAwait(false));
            }

            var job = JobOf(request.Request, folder, inputs);
            inTime.CancelAfter(time);
            return await queues.AskAsync(new(Queue, Path.GetFileName(folder.Path), job, (long)time.TotalNanoseconds), Taken, inTime.Token).ConfigureAwait(false);
        }
        catch (DeriverQueueException away)
        {
            throw Fault(FailureReasons.DeriverMissing, away.Message, "").ThatWillPass();
        }
        catch (OperationCanceledException) when (inTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw taken
                ? Fault(FailureReasons.DeriverTimeout, Invariant($"no answer came from the queue '{Queue}' within {time.TotalSeconds:0.###} s after a worker took the job; make it faster, or raise limits.timeSeconds"), "")
                : Fault(FailureReasons.DeriverTimeout, Invariant($"no worker of the queue '{Queue}' took the job within {time.TotalSeconds:0.###} s: they are busy with what takes longer, or hang; look at them, or start more"), "").ThatWillPass();
        }

        void Taken()
        {
            taken = true;
            inTime.CancelAfter(time);
        }
    }
}
