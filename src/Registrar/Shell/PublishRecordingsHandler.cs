using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Reads robots' messages and registers what they bring, one append a dataset; each gets its answer. Source: DESIGN rules 1, 2 and 14.</summary>
internal sealed class PublishRecordingsHandler(
    RegisterRecordingsHandler register, OptimisticAppend appends, IUploadedRecordings uploads, PublishOptions options)
{
    private readonly RefusedMessages _refused = new(appends);

    public async Task<IReadOnlyList<PublishAnswer>> HandleAsync(IReadOnlyList<RobotDelivery> deliveries, CancellationToken cancellationToken)
    {
        var answers = new PublishAnswer?[deliveries.Count];
        var (refused, messages) = (new List<(int Index, RefusedMessage Message)>(), new List<(int Index, RobotMessage Message)>());
        foreach (var (index, delivery) in deliveries.Index())
        {
            var read = RobotMessageReader.ReadPublished(delivery.Body);
            if (Refuse(delivery, read) is { } no)
            {
                refused.Add((index, no));
            }
            else
            {
                messages.Add((index, new(read.Message!, MessageText.Of(delivery.Body.Span)) { MayOpenUrl = options.Sources is not null, TraceParent = delivery.TraceParent }));
            }
        }

        var told = await AnsweredBeforeAsync([.. messages.Select(m => m.Message)], cancellationToken);
        foreach (var dataset in messages.Where(m => !told.ContainsKey(m.Message.CommandId)).GroupBy(m => m.Message.Content.Dataset, StringComparer.Ordinal))
        {
            try
            {
                await RegisterAsync(dataset.Key, [.. dataset.Select(m => m.Message).DistinctBy(m => m.CommandId)], told, cancellationToken);
            }
            catch (CommandRefusedException e) when (e.Kind is not (RefusalKind.Contended or RefusalKind.Storage))
            {
                var no = new PublishRefusal(QuarantineReasons.Dataset, $"field 'dataset': expected one that recordings can be registered into, found '{dataset.Key}': {e.Message}");
                refused.AddRange(dataset.Where(m => !told.ContainsKey(m.Message.CommandId)).Select(m => (m.Index, new RefusedMessage(deliveries[m.Index], NamesOf(m.Message.Content), no, IsRobots: true))));
            }
        }

        await _refused.QuarantineAsync([.. refused.Select(r => r.Message)], cancellationToken);
        foreach (var (index, message) in messages.Where(m => told.ContainsKey(m.Message.CommandId)))
        {
            answers[index] = ToAnswer(message.Content, told[message.CommandId]);
        }

        foreach (var (index, message) in refused)
        {
            answers[index] = new(message.ToAnswer(), message.Who);
        }

        return answers!;
    }

    private static RefusedMessage? Refuse(RobotDelivery delivery, ReadMessage<RecordingPublished> read)
    {
        if (read.Message is { } message)
        {
            return PublishRecording.RefuseSender(message.Robot, delivery.Sender) is { } foreign ? new(delivery, read.Names, foreign, IsRobots: false) : null;
        }

        // Not answered under its id: the robot may mend the message and send it under the same one.
        return new(delivery, read.Names, new(QuarantineReasons.Message, read.Refusal!.Text), IsRobots: false);
    }

    private async Task RegisterAsync(string dataset, IReadOnlyList<RobotMessage> messages, Dictionary<string, AnsweredMessage> told, CancellationToken cancellationToken)
    {
        // What waits for another message of the same batch goes into the next call; each call answers at least its first one.
        for (var open = messages; open.Count > 0;)
        {
            var requests = ImmutableArray.CreateBuilder<RecordingRequest>(open.Count);
            foreach (var message in open)
            {
                requests.Add(await ToRequestAsync(message, cancellationToken));
            }

            var command = new RegisterRecordings(dataset, open[0].Content.Layer, requests.MoveToImmutable(), OnDuplicate.Known, KeepMode: null, options.DefaultRules, open[0].Source, CommandId: null);
            var outcome = await register.HandleAsync(command, progress: null, cancellationToken);
            foreach (var (message, answer) in open.Zip(outcome.Answers).Where(a => a.Second is not null))
            {
                told[message.CommandId] = answer!;
            }

            var left = open.Where(m => !told.ContainsKey(m.CommandId)).ToList();
            open = left.Count < open.Count ? left : throw new InvalidOperationException($"{open.Count} messages for dataset '{dataset}' were neither answered nor refused");
        }
    }

    private async Task<RecordingRequest> ToRequestAsync(RobotMessage message, CancellationToken cancellationToken)
    {
        var content = message.Content;
        var kept = content.Upload is { } receipt ? await uploads.FindAsync(receipt, cancellationToken) : null;
        return new(content.StorageUrl ?? message.Url, kept is not null ? "" : message.Url) { Layer = content.Layer, Kept = kept, Message = message };
    }

    private async Task<Dictionary<string, AnsweredMessage>> AnsweredBeforeAsync(IReadOnlyList<RobotMessage> messages, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync(messages.Select(m => StreamIds.Message(m.CommandId)), cancellationToken);
        var told = new Dictionary<string, AnsweredMessage>(StringComparer.Ordinal);
        foreach (var message in messages)
        {
            if (streams.Message(message.CommandId).State.Answered is { } answered)
            {
                told[message.CommandId] = answered;
            }
        }

        return told;
    }

    private static MessageNames NamesOf(RecordingPublished message) => new(message.MessageId, message.Robot, message.Dataset, message.Layer);

    private static PublishAnswer ToAnswer(RecordingPublished message, AnsweredMessage told) => new(
        new(message.MessageId, message.Robot, message.Dataset, message.Layer, told.Answer.Outcome, told.Answer.Segment, told.Position, told.Answer.Reason, told.Answer.QuarantineId), message.Robot);
}
