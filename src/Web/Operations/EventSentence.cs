using System.Globalization;
using Strata.Contracts;

namespace Strata.Web;

/// <summary>Events in words, for <c>strata history</c>.</summary>
internal static class EventSentence
{
    private const int ShortDigits = 12;

    public static string Of(StrataEvent @event) => @event switch
    {
        DatasetCreated { CompanionOf: { } of } e => $"the {Choice.Word(e.Kind)} dataset '{e.Name}' of dataset {of} was created{By(e.Source)}",
        DatasetCreated e => $"dataset '{e.Name}' was created{By(e.Source)}",
        DatasetPinned e => $"'{e.Name}' was pinned: it shows dataset {e.PinOf} as of position {Plain(e.AtPosition)}, by {Who(e.Source)}",
        DatasetRenamed e => $"the dataset was renamed to '{e.Name}' by {Who(e.Source)}",
        DatasetDeleted e => $"the dataset was deleted by {Who(e.Source)}",
        DatasetDetailsChanged e => $"the dataset refers to {Details(e)} now, by {Who(e.Source)}",
        RetentionDeclared e => $"what is superseded is kept {(e.SupersededForNs is { } ns ? RetentionText.Of(ns) : "for ever")} from now on, by {Who(e.Source)}",
        RuleDeclared e => $"rule '{e.Rule}' revision {e.Revision} was declared: {e.Deriver} from {Layers(e.Inputs)} into layer '{e.OutputLayer}'",
        RuleRetired e => $"rule '{e.Rule}' was retired by {Who(e.Source)}",
        RuleSuppressed e => $"rule '{e.Rule}' was suppressed for this segment: {e.Reason}",
        RuleResumed e => $"rule '{e.Rule}' was resumed for this segment",
        BackfillStarted e => $"back-fill {e.BackfillId} of rule '{e.Rule}' revision {e.Revision} ({e.Deriver} {e.DeriverVersion}) was begun for {Number(e.Segments)} segments{(e.Where is { } where ? $" where {where}" : "")}"
            + $"{(e.Forced ? ", also those that it had decided on" : "")}{(e.RatePerSecond is { } rate ? $", at most {Number(rate)} a second" : "")}, by {Who(e.Source)}",
        BackfillAdmitted e => $"back-fill {e.BackfillId} of rule '{e.Rule}' put {Number(e.Segments.Count)} segments on the work list: '{e.Segments[0]}' to '{e.Segments[^1]}'",
        BackfillPaused e => $"back-fill {e.BackfillId} of rule '{e.Rule}' was paused by {Who(e.Source)}",
        BackfillResumed e => $"back-fill {e.BackfillId} of rule '{e.Rule}' was resumed by {Who(e.Source)}",
        BackfillCancelled e => $"back-fill {e.BackfillId} of rule '{e.Rule}' was cancelled by {Who(e.Source)}: {e.Reason}",
        BackfillFinished e => $"back-fill {e.BackfillId} of rule '{e.Rule}' was finished: {Number(e.Segments)} segments",
        LayerRegistered { Origin: LayerOrigin.Derived, Provenance: { } p } e =>
            $"layer '{e.Layer}' was derived by rule '{p.Rule}' revision {p.Revision} ({p.Deriver} {p.DeriverVersion}) from {string.Join(", ", p.Inputs.Select(Input))}: "
            + $"{Number(p.RowsUsed)} rows used{Dropped(p.RowsDropped)}{Superseding(e)}",
        LayerRegistered e => $"layer '{e.Layer}' was registered from {e.StorageUrl} ({Number(e.SizeBytes)} bytes, {Number(e.ChunkCount)} chunks, fingerprint {Short(e.Fingerprint)}) by {Who(e.Source)}{Superseding(e)}",
        LayerUnregistered e => $"layer '{e.Layer}' ({Short(e.Fingerprint)}) was unregistered: {e.Reason}{(e.YieldedTo is { } to ? $" to layer '{to.Layer}' of segment '{to.Segment}'" : "")}, by {Who(e.Source)}",
        RecordingPurged e => $"the segment was purged by {Who(e.Source)}: {e.Reason}; the files, properties and indexes of {Layers([.. e.Layers.Select(l => l.Layer).Distinct(StringComparer.Ordinal)])}{(e.Discarded.Count > 0 ? $", and {Number(e.Discarded.Count)} copies discarded from quarantine," : "")} are to be erased",
        DerivationDone e => $"rule '{e.Rule}' revision {e.Revision} came to '{e.Outcome}': layer '{e.OutputLayer}', attempt {e.Attempt}{Brought(e.Backfill)}",
        DerivationSkipped { Segment: "" } e => $"rule '{e.Rule}' revision {e.Revision} skips every segment of schema {(e.SchemaSha256 is { } s ? Short(s) : "?")}: {e.Reason}. {e.Detail}",
        DerivationSkipped e => $"rule '{e.Rule}' revision {e.Revision} skipped{Brought(e.Backfill)}: {e.Reason}. {e.Detail}{Dropped(e.RowsDropped)}",
        DerivationFailed e => $"rule '{e.Rule}' revision {e.Revision} failed at attempt {e.Attempt}{Brought(e.Backfill)}: {e.Reason}. {e.Detail}",
        RecordingQuarantined e => $"{e.StorageUrl} went to quarantine: {e.Reason}{(e.Offset is { } o ? $" at byte {Number(o)}" : "")}. {e.Detail}",
        RecordingReleased e => $"quarantine entry {Short(e.QuarantineId)} was released{(e.Recovered ? ", what was whole of it" : "")} by {Who(e.Source)}",
        RecordingDiscarded e => $"quarantine entry {Short(e.QuarantineId)} was discarded by {Who(e.Source)}",
        MessageAnswered e => $"robot '{e.Robot}' was told '{e.Outcome}' of its message '{e.MessageId}' for layer '{e.Layer}'{(e.Reason is { } reason ? $": {reason}" : "")}",
        BytesReleased e => $"the bytes of {e.Location} ({Number(e.SizeBytes)}) were let go of: no layer, pin or retention held them as of position {Plain(e.AsOfPosition)}, by {Who(e.Source)}",
        RecordingChanged e => $"the file of layer '{e.Layer}', {e.StorageUrl}, is not what was registered: {e.Detail}",
        RegistrationFinished e => $"{e.Failures.Count} of the recordings that {Who(e.Source)} registered failed: {string.Join("; ", e.Failures.Select(Failure))}",
        SegmentPropertiesSet e => $"properties were given to the segment by {Who(e.Source)} (revision {Plain(e.Revision)})",
        SegmentPropertiesRemoved e => $"the properties given to the segment (revision {Plain(e.Revision)}) were removed by {Who(e.Source)}",
        _ => throw new InvalidOperationException($"{@event.GetType().Name} has no words: add them to {nameof(EventSentence)}"),
    };

    private static string Brought(string? backfill) => backfill is null ? "" : $", for back-fill {backfill}";

    private static string Layers(EquatableArray<string> layers) => string.Join(", ", layers.Select(l => $"'{l}'"));

    private static string Input(DerivationInput input) => $"'{input.Layer}' ({Short(input.Fingerprint)})";

    private static string Superseding(LayerRegistered e) => e.Supersedes is { } old ? $"; it replaces {Short(old)}" : "";

    private static string Who(EventSource source) => source.Who is null ? source.Kind : $"{source.Who} ({source.Kind})";

    private static string By(EventSource? source) => source is null ? "" : $" by {Who(source)}";

    private static string Details(DatasetDetailsChanged e)
    {
        var parts = new[]
        {
            e.BlueprintDataset is { } blueprint ? $"blueprint dataset {blueprint}" : null,
            e.DefaultBlueprintSegment is { } segment ? $"default blueprint '{segment}'" : null,
            e.DefaultSegmentTableBlueprintSegment is { } table ? $"default blueprint of its segment table '{table}'" : null,
            e.AssetDataset is { } asset ? $"asset dataset {asset}" : null,
        };
        return parts.Any(p => p is not null) ? string.Join(", ", parts.Where(p => p is not null)) : "no blueprint and no asset dataset";
    }

    private static string Dropped(EquatableArray<DroppedRows> dropped) =>
        dropped.Count == 0 ? "" : $", dropped {string.Join(", ", dropped.Select(d => $"{Number(d.Count)} {d.Reason}"))}";

    private static string Short(Sha256Digest digest) => digest.Value[..ShortDigits];

    private static string Failure(RegistrationFailure failure) => $"{failure.StorageUrl} as layer '{failure.Layer}' of segment '{failure.Segment}': {failure.Reason}";

    private static string Plain(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
