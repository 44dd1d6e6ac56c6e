using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>What becomes of the sources of a call that cannot be registered: refused with the whole call, set aside in quarantine, recorded as failed.</summary>
internal sealed class CallFailures(RegisterCall call, DatasetId dataset, LoadedStreams streams)
{
    private readonly RegisterRecordings _command = call.Command;

    /// <returns>Why the whole call is refused; null when it is not.</returns>
    public CommandRefusedException? RefusalOf(IReadOnlyList<RegistrationItem> items, List<IGrouping<(string Segment, string Layer), RegistrationItem>> duplicates)
    {
        if (call.RefusesForSources)
        {
            foreach (var source in call.Sources)
            {
                switch (source)
                {
                    case InspectedSource.Unusable unusable:
                        return SourceRefusal.OfUnusable(unusable);
                    case InspectedSource.Broken broken:
                        return SourceRefusal.OfBroken(broken, QuarantineIdOf(broken));
                }
            }

            if (duplicates.Count > 0)
            {
                return SourceRefusal.OfDuplicates(duplicates);
            }
        }

        return call.RefusesForDuplicates && items.FirstOrDefault(i => i.IsDuplicate) is { } standing ? SourceRefusal.OfStanding(standing) : null;
    }

    /// <returns>False when nothing is to be set aside, or all of it was before.</returns>
    public bool PlanQuarantine(IReadOnlyList<RegistrationItem> items, AppendPlan plan)
    {
        var planned = new Dictionary<Sha256Digest, PlannedEvent>();
        foreach (var item in items)
        {
            if (item.Source is not InspectedSource.Broken broken || item.Position is not null)
            {
                continue;
            }

            var id = QuarantineIdOf(broken);
            if (!planned.ContainsKey(id))
            {
                var (state, version) = streams.Quarantine(id);
                foreach (var @event in QuarantineRecording.Decide(state, ToCommand(item, broken)))
                {
                    planned[id] = plan.Add(StreamIds.Quarantine(id), version, @event);
                }
            }

            item.Plan(planned[id]);
        }

        return planned.Count > 0;
    }

    /// <summary>So that what failed can be asked for when this process is gone.</summary>
    public bool PlanRecord(IReadOnlyList<RegistrationItem> items, AppendPlan plan)
    {
        var failed = _command.RegistrationId is null ? [] : items.Where(i => i.Status == RegistrationStatus.Failed).ToList();
        if (failed.Count == 0)
        {
            return false;
        }

        var finished = new RegistrationFinished(_command.RegistrationId!, dataset, [.. failed.Select(i => i.ToFailure())], _command.Source);
        var planned = plan.Add(StreamIds.Registration(finished.RegistrationId), 0, finished);
        foreach (var (index, item) in failed.Index())
        {
            item.PlanFailure(planned, index);
        }

        return true;
    }

    public Sha256Digest QuarantineIdOf(InspectedSource.Broken broken) => QuarantineRecording.IdOf(dataset, broken.Source.StorageUrl, broken.File?.FileSha256);

    private QuarantineRecording ToCommand(RegistrationItem item, InspectedSource.Broken broken) => new(
        dataset,
        broken.Source.StorageUrl,
        item.Layer,
        broken.File?.Kept,
        broken.SizeBytes,
        broken.File?.FileSha256,
        broken.Reason,
        broken.Detail,
        broken.Offset,
        call.SourceOf(item.SourceIndex))
    {
        MessageId = call.MessageOf(item.SourceIndex)?.Content.MessageId,
        Message = call.MessageOf(item.SourceIndex)?.Text,
    };
}
