using System.Text;
using System.Text.Json;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>What a message says that answers a job.</summary>
/// <param name="Recording">The file; null: it lies where the job said, or there is none.</param>
/// <param name="Failed">Why there is no answer, in the worker's words.</param>
/// <param name="After">The end of what it logged, as it stands behind a fault.</param>
internal sealed record QueueRead(OutsideReply Reply, ReadOnlyMemory<byte>? Recording, string? Failed, bool TryAgain, string After);

/// <summary>Reads the message that answers a job, strictly. Source: docs/your-own-deriver.md, docs/outside-queue-answer.schema.json.</summary>
internal static class QueueReplies
{
    /// <summary>What there is to say beside a file, with a log that is cut here.</summary>
    private const int MaxJsonBytes = 1 << 20;

    private const int MaxFailedChars = 2_000;
    private const int ShownChars = 80;

    /// <exception cref="AnswerRefusedException">It is none of the answers there are.</exception>
    public static QueueRead Read(QueuedAnswer answer) => answer.ContentType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        DeriverQueueNames.RecordingType => OfRecording(answer),
        DeriverQueueNames.JsonType => OfJson(answer.Body),
        _ => throw new AnswerRefusedException(
            $"expected the content_type {DeriverQueueNames.RecordingType} or {DeriverQueueNames.JsonType}, found {(answer.ContentType is { } found ? $"'{Shown(found)}'" : "none")}"),
    };

    private static QueueRead OfRecording(QueuedAnswer answer)
    {
        var reply = answer.Reply is { } header ? OutsideReplies.Parse(header.Span, $"in the header {DeriverQueueNames.ReplyHeader}") : new();
        return reply.Skipped is null
            ? new(reply, answer.Body, null, false, "")
            : throw new AnswerRefusedException("expected either a recording or skipped, found both; skip with a message of JSON");
    }

    private static QueueRead OfJson(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxJsonBytes)
        {
            throw new AnswerRefusedException($"expected at most {MaxJsonBytes} bytes of JSON, found {body.Length}; send the end of the log only");
        }

        try
        {
            var said = JsonSerializer.Deserialize(body.Span, OutsideJson.Default.QueueReply) ?? throw new JsonException("expected an object, found null");
            if (Refusal(said) is { } refusal)
            {
                throw new AnswerRefusedException(refusal);
            }

            var reply = new OutsideReply(said.Skipped, said.Outcome, said.RowsUsed, said.RowsDropped);
            OutsideReplies.Require(reply, "in its message");
            return new(reply, null, said.Failed, said.TryAgain, After(said.Log));
        }
        catch (JsonException e)
        {
            throw new AnswerRefusedException($"expected one JSON object as message, found '{Shown(Encoding.UTF8.GetString(body.Span))}' ({e.Message})");
        }
    }

    private static string? Refusal(QueueReply said) => said switch
    {
        { Failed: { } why } when string.IsNullOrWhiteSpace(why) || why.Length > MaxFailedChars => $"failed: expected 1 to {MaxFailedChars} characters that say why, found {why.Length}; what is longer goes to log",
        { Failed: not null, Skipped: not null } => "expected either failed or skipped, found both",
        { Failed: null, TryAgain: true } => "tryAgain: expected failed beside it, found none",
        _ => null,
    };

    private static string After(string? log)
    {
        var kept = new KeptTail(KeptTail.ShownBytes);
        kept.Add(Encoding.UTF8.GetBytes(log ?? ""));
        return kept.ToString() is { Length: > 0 } end ? $". The end of its log: {end}" : "";
    }

    private static string Shown(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= ShownChars ? line : $"{line[..ShownChars]}…";
    }
}
