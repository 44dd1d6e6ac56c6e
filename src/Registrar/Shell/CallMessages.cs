using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>
/// What robots' messages add to one attempt at a register call: each message is checked, judged as a whole and answered in the very append that registers its file,
/// and what fails of it goes to quarantine. A call without messages passes through untouched.
/// </summary>
internal sealed class CallMessages(RegisterCall call, DatasetId dataset, LoadedStreams streams)
{
    private readonly AnsweredMessage?[] _answers = new AnsweredMessage?[call.Sources.Length];
    private readonly Dictionary<int, (MessageAnswered Answer, PlannedEvent Planned)> _planned = [];
    private readonly Dictionary<int, KeptFile?> _aside = [];

    public ImmutableArray<AnsweredMessage?> Answers => call.HasMessages ? [.. _answers] : [];

    /// <summary>Takes out of the attempt what another process answered meanwhile, and what is about a layer that an earlier message of this call is about.</summary>
    public async Task SetAsideAsync(IReadOnlyList<RegistrationItem> items, CancellationToken cancellationToken)
    {
        if (!call.HasMessages)
        {
            return;
        }

        await streams.LoadAsync(call.Command.Sources.Select(s => s.Message).OfType<RobotMessage>().Select(m => StreamIds.Message(m.CommandId)), cancellationToken);
        var taken = new HashSet<(string Segment, string Layer)>();
        foreach (var (message, group) in ByMessage(items))
        {
            if (streams.Message(message.CommandId).State.Answered is { } before)
            {
                _answers[group[0].SourceIndex] = before;
                group.ForEach(i => i.AnswerAgain(RegistrationStatus.Known, before.Position));
                continue;
            }

            var layers = group.Where(i => i is { IsOpen: true, Recording: not null }).Select(i => (i.Recording!.Segment, i.Layer)).ToList();
            if (layers.Exists(taken.Contains))
            {
                group.ForEach(i => i.Defer("an earlier message is about the same layer"));
            }
            else
            {
                taken.UnionWith(layers);
            }
        }
    }

    /// <returns>In what the file is not as its message says.</returns>
    public PublishRefusal? RefuseFile(RegistrationItem item) => call.MessageOf(item.SourceIndex) is { } message && item.Source is InspectedSource.Sound sound
        ? PublishRecording.RefuseFile(
            message.Content,
            sound.Stamp.SizeBytes,
            call.FileHashes.TryGetValue(item.SourceIndex, out var hash) ? hash : null,
            [.. sound.Recordings.Select(r => r.Segment)])
        : null;

    /// <summary>The bytes that were copied are those that the message means, whatever happened to the file since it was looked at.</summary>
    public void CheckKept(IEnumerable<RegistrationItem> items)
    {
        foreach (var item in items.Where(i => i.Registers))
        {
            if (call.MessageOf(item.SourceIndex) is { } message && call.Kept.Find(item.SourceIndex) is { FileSha256: { } actual } kept
                && PublishRecording.RefuseFile(message.Content, kept.SizeBytes, actual, []) is { } refusal)
            {
                item.Fail(refusal);
            }
        }
    }

    /// <summary>Of a file with several recordings all are registered or none: its message has one answer.</summary>
    public void FailTogether(IReadOnlyList<RegistrationItem> items)
    {
        foreach (var (_, group) in ByMessage(items))
        {
            if (group.Find(i => i.Status is RegistrationStatus.Failed) is { IsDeferred: false } failed)
            {
                group.Where(i => i.Registers).ToList().ForEach(i => i.Fail($"another recording of the same file cannot be registered: {failed.Reason}", CodeOf(failed)));
            }
        }
    }

    /// <summary>The bytes of what failed stay where a release finds them, also when the robot clears its disk.</summary>
    public async Task KeepFailedAsync(IReadOnlyList<RegistrationItem> items, KeepMode mode, CancellationToken cancellationToken)
    {
        foreach (var failed in Failed(items))
        {
            _aside[failed.SourceIndex] = call.Kept.Find(failed.SourceIndex)
                ?? (failed.Source is InspectedSource.Sound sound ? await call.Kept.KeepFailedAsync(failed.SourceIndex, sound.Source, mode, cancellationToken) : null);
        }

        await streams.LoadAsync(Failed(items).Select(i => StreamIds.Quarantine(QuarantineIdOf(i))), cancellationToken);
    }

    /// <returns>False when nothing is to be set aside, or all of it was before.</returns>
    public bool PlanQuarantine(IReadOnlyList<RegistrationItem> items, AppendPlan plan)
    {
        var planned = new Dictionary<Sha256Digest, PlannedEvent>();
        foreach (var failed in Failed(items))
        {
            var id = QuarantineIdOf(failed);
            var (state, version) = streams.Quarantine(id);
            if (!planned.ContainsKey(id))
            {
                foreach (var @event in QuarantineRecording.Decide(state, ToCommand(failed)))
                {
                    planned[id] = plan.Add(StreamIds.Quarantine(id), version, @event);
                }
            }

            failed.QuarantineFailed(CodeOf(failed), id, state.IsOpen ? state.Position : null);
            if (planned.TryGetValue(id, out var own))
            {
                failed.Plan(own);
            }
        }

        return planned.Count > 0;
    }

    /// <returns>False when all were answered before.</returns>
    public bool PlanAnswers(IReadOnlyList<RegistrationItem> items, AppendPlan plan)
    {
        foreach (var (message, group) in ByMessage(items).Where(m => !m.Items[0].IsDeferred))
        {
            Trace(message, group, plan);
            var (state, version) = streams.Message(message.CommandId);
            foreach (var answer in PublishRecording.Decide(state, message.Content, dataset, OutcomeOf(message, group)))
            {
                _planned[group[0].SourceIndex] = (answer, plan.Add(StreamIds.Message(message.CommandId), version, answer));
            }
        }

        return _planned.Count > 0;
    }

    public void Settle(Func<PlannedEvent, long> locate)
    {
        foreach (var (index, (answer, planned)) in _planned)
        {
            _answers[index] = new(answer, locate(planned));
        }
    }

    /// <summary>What a batch appends together belongs to as many traces as it has messages.</summary>
    private void Trace(RobotMessage message, IEnumerable<RegistrationItem> items, AppendPlan plan)
    {
        plan.Trace(StreamIds.Message(message.CommandId), message.TraceParent);
        foreach (var item in items)
        {
            if (item.Registers)
            {
                plan.Trace(StreamIds.Segment(dataset, item.Recording!.Segment), message.TraceParent);
            }
            else if (item.QuarantineId is { } quarantined)
            {
                plan.Trace(StreamIds.Quarantine(quarantined), message.TraceParent);
            }
        }
    }

    private static PublishedFile OutcomeOf(RobotMessage message, List<RegistrationItem> group)
    {
        var segment = message.Content.SegmentId ?? group.Select(i => i.Recording?.Segment).FirstOrDefault(s => s is not null);
        return group.Find(i => i.Status == RegistrationStatus.Quarantined) is { } set
            ? new(RecordingOutcomes.Quarantined, segment, set.Reason, set.QuarantineId)
            : new(group.Exists(i => i.Registers) ? RecordingOutcomes.Accepted : RecordingOutcomes.Known, segment, group.Find(i => i.Reason is not null)?.Reason, null);
    }

    /// <summary>One a message, the first that failed.</summary>
    private IEnumerable<RegistrationItem> Failed(IReadOnlyList<RegistrationItem> items) =>
        ByMessage(items).Select(m => m.Items.Find(i => i is { Status: RegistrationStatus.Failed, IsDeferred: false })).OfType<RegistrationItem>();

    private IEnumerable<(RobotMessage Message, List<RegistrationItem> Items)> ByMessage(IReadOnlyList<RegistrationItem> items) => call.HasMessages
        ? items.GroupBy(i => i.SourceIndex).Where(g => call.MessageOf(g.Key) is not null).Select(g => (call.MessageOf(g.Key)!, g.ToList()))
        : [];

    private Sha256Digest QuarantineIdOf(RegistrationItem failed) => QuarantineRecording.IdOf(dataset, failed.Source.Source.StorageUrl, _aside.GetValueOrDefault(failed.SourceIndex)?.FileSha256);

    private QuarantineRecording ToCommand(RegistrationItem failed)
    {
        var (file, message) = (_aside.GetValueOrDefault(failed.SourceIndex), call.MessageOf(failed.SourceIndex)!);
        return new(
            dataset, failed.Source.Source.StorageUrl, failed.Layer, file?.Kept, file?.SizeBytes ?? message.Content.SizeBytes ?? 0, file?.FileSha256, CodeOf(failed), failed.Reason!, null, message.Source)
        {
            MessageId = message.Content.MessageId,
            Message = message.Text,
        };
    }

    private static string CodeOf(RegistrationItem failed) => failed.FailureCode ?? failed.Source switch
    {
        InspectedSource.Unusable { Fault: SourceFault.NotUploaded } => QuarantineReasons.UploadMissing,
        InspectedSource.Unusable { Fault: SourceFault.Missing or SourceFault.IsFolder } => QuarantineReasons.FileMissing,
        InspectedSource.Unusable { Fault: SourceFault.Foreign } => QuarantineReasons.NotAnRrd,
        InspectedSource.Unusable => QuarantineReasons.FileRefused,
        InspectedSource.Barren => QuarantineReasons.NoRecording,
        _ => QuarantineReasons.Broken,
    };
}
