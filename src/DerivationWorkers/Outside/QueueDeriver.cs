using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

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

    /// <summary>How long it may take counts from the moment of asking: whether a job waits or is computed, nobody here sees.</summary>
    private async Task<QueuedAnswer> AskAsync(OutsideRequest request, JobFolder folder, CancellationToken cancellationToken)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Before the inputs are copied, which would be for nothing.
            await Options.Queues!.RequireWorkerAsync(Queue, cancellationToken).ConfigureAwait(false);
            var inputs = new List<OutsideJobInput>(request.Files.Length);
            for (var k = 0; k < request.Files.Length; k++)
            {
                var shared = request.Files[k] is IOpenRecording kept ? await kept.ShareAsync(Definition.Limits.Time + ReadingMargin, cancellationToken).ConfigureAwait(false) : null;
                inputs.Add(await InputAsync(request, k, folder, shared, cancellationToken).ConfigureAwait(false));
            }

            var job = JobOf(request.Request, folder, inputs);
            inTime.CancelAfter(Definition.Limits.Time);
            return await Options.Queues.AskAsync(new(Queue, Path.GetFileName(folder.Path), job, Definition.Limits.Time), inTime.Token).ConfigureAwait(false);
        }
        catch (DeriverQueueException away)
        {
            throw Fault(FailureReasons.DeriverMissing, away.Message, "").ThatWillPass();
        }
        catch (OperationCanceledException) when (inTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Fault(
                FailureReasons.DeriverTimeout,
                FormattableString.Invariant($"no answer came from the queue '{Queue}' within {Definition.Limits.Time.TotalSeconds:0.###} s, in which the wait for a free worker counts; start more workers, make them faster, or raise limits.timeSeconds"),
                "");
        }
    }
}
