using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>A delivery of which no dataset may hear: its message is none, or is not its robot's, or names a dataset that cannot be written to.</summary>
/// <param name="IsRobots">The sender is the robot that the message names: the message's id counts from now on.</param>
internal sealed record RefusedMessage(RobotDelivery Delivery, MessageNames Names, PublishRefusal Refusal, bool IsRobots)
{
    /// <summary>Who is told, and named in the log: whom the message names only where that may be believed.</summary>
    public string? Who { get; } = Names.Robot is { } robot && Delivery.Sender.MaySpeakFor(robot) ? robot : Delivery.Sender.Name;

    public Sha256Digest BodySha256 { get; } = Sha256Digest.Of(Delivery.Body.Span);

    public string Url => $"message:{Who ?? "unknown sender"}/{Names.MessageId ?? BodySha256.Value}";

    public Sha256Digest QuarantineId => QuarantineRecording.IdOf(DatasetId.None, Url, BodySha256);

    public QuarantineRecording ToCommand() => new(
        DatasetId.None, Url, Names.Layer ?? "", null, Delivery.Body.Length, BodySha256, Refusal.Reason, Refusal.Detail, null, new EventSource("robot", Who))
    {
        MessageId = Names.MessageId,
        Message = MessageText.Of(Delivery.Body.Span),
    };

    public RecordingAnswered ToAnswer() => new(
        Names.MessageId ?? "", Who ?? "", Names.Dataset ?? "", Names.Layer ?? "", RecordingOutcomes.Quarantined, null, null, Refusal.Words, QuarantineId);
}

/// <summary>Puts messages that nobody can register where a person sees them, many in one append.</summary>
internal sealed class RefusedMessages(OptimisticAppend appends)
{
    public async Task QuarantineAsync(IReadOnlyList<RefusedMessage> refused, CancellationToken cancellationToken)
    {
        if (refused.Count == 0)
        {
            return;
        }

        var commandId = CommandIds.Fresh();
        await OptimisticAppend.RunAsync<object>($"quarantine {refused.Count} messages", token => TryAsync(refused, commandId, token), cancellationToken);
    }

    private async Task<object?> TryAsync(IReadOnlyList<RefusedMessage> refused, string commandId, CancellationToken cancellationToken)
    {
        var streams = new LoadedStreams(appends.Store);
        await streams.LoadAsync(refused.Select(r => StreamIds.Quarantine(r.QuarantineId)).Concat(refused.Select(MessageOf).OfType<string>().Select(StreamIds.Message)), cancellationToken);
        var plan = new AppendPlan();
        foreach (var message in refused.DistinctBy(r => r.QuarantineId))
        {
            plan.Trace(StreamIds.Quarantine(message.QuarantineId), message.Delivery.TraceParent);
            var (state, version) = streams.Quarantine(message.QuarantineId);
            foreach (var @event in QuarantineRecording.Decide(state, message.ToCommand()))
            {
                plan.Add(StreamIds.Quarantine(message.QuarantineId), version, @event);
            }
        }

        foreach (var group in refused.Where(r => MessageOf(r) is not null).GroupBy(r => MessageOf(r)!, StringComparer.Ordinal))
        {
            var first = group.First();
            var (answered, version) = streams.Message(group.Key);
            if (answered.Answered is null)
            {
                plan.Trace(StreamIds.Message(group.Key), first.Delivery.TraceParent);
                plan.Add(
                    StreamIds.Message(group.Key),
                    version,
                    new MessageAnswered(first.Who!, first.Names.MessageId!, DatasetId.None, first.Names.Layer ?? "", RecordingOutcomes.Quarantined, null, first.Refusal.Words, first.QuarantineId));
            }
        }

        return plan.IsEmpty ? this : await appends.TryAppendAsync(plan.Build(commandId, []), cancellationToken);
    }

    private static string? MessageOf(RefusedMessage refused) => refused is { IsRobots: true, Who: { } robot, Names.MessageId: { } id } ? RobotMessage.CommandIdOf(robot, id) : null;
}
