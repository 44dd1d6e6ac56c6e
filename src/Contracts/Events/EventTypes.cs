using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;

namespace Strata.Contracts;

/// <summary>The one list of event types: name in the log ↔ record. A name is never changed or reused.</summary>
public static class EventTypes
{
    private static readonly (string Name, JsonTypeInfo Type)[] All =
    [
        ("dataset_created", EventJsonContext.Default.DatasetCreated),
        ("dataset_renamed", EventJsonContext.Default.DatasetRenamed),
        ("dataset_deleted", EventJsonContext.Default.DatasetDeleted),
        ("dataset_details_changed", EventJsonContext.Default.DatasetDetailsChanged),
        ("dataset_pinned", EventJsonContext.Default.DatasetPinned),
        ("retention_declared", EventJsonContext.Default.RetentionDeclared),
        ("rule_declared", EventJsonContext.Default.RuleDeclared),
        ("rule_retired", EventJsonContext.Default.RuleRetired),
        ("rule_suppressed", EventJsonContext.Default.RuleSuppressed),
        ("rule_resumed", EventJsonContext.Default.RuleResumed),
        ("backfill_started", EventJsonContext.Default.BackfillStarted),
        ("backfill_admitted", EventJsonContext.Default.BackfillAdmitted),
        ("backfill_paused", EventJsonContext.Default.BackfillPaused),
        ("backfill_resumed", EventJsonContext.Default.BackfillResumed),
        ("backfill_cancelled", EventJsonContext.Default.BackfillCancelled),
        ("backfill_finished", EventJsonContext.Default.BackfillFinished),
        ("layer_registered", EventJsonContext.Default.LayerRegistered),
        ("layer_unregistered", EventJsonContext.Default.LayerUnregistered),
        ("derivation_done", EventJsonContext.Default.DerivationDone),
        ("derivation_skipped", EventJsonContext.Default.DerivationSkipped),
        ("derivation_failed", EventJsonContext.Default.DerivationFailed),
        ("recording_quarantined", EventJsonContext.Default.RecordingQuarantined),
        ("recording_released", EventJsonContext.Default.RecordingReleased),
        ("message_answered", EventJsonContext.Default.MessageAnswered),
        ("recording_discarded", EventJsonContext.Default.RecordingDiscarded),
        ("bytes_released", EventJsonContext.Default.BytesReleased),
        ("recording_changed", EventJsonContext.Default.RecordingChanged),
        ("recording_purged", EventJsonContext.Default.RecordingPurged),
        ("registration_finished", EventJsonContext.Default.RegistrationFinished),
        ("segment_properties_set", EventJsonContext.Default.SegmentPropertiesSet),
        ("segment_properties_removed", EventJsonContext.Default.SegmentPropertiesRemoved),
    ];

    private static readonly FrozenDictionary<string, JsonTypeInfo> ByName = All.ToFrozenDictionary(t => t.Name, t => t.Type, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, (string Name, JsonTypeInfo Type)> ByType = All.ToFrozenDictionary(t => t.Type.Type);

    public static IEnumerable<string> Names => All.Select(t => t.Name);

    public static string NameOf(StrataEvent @event) => Entry(@event).Name;

    internal static JsonTypeInfo JsonOf(StrataEvent @event) => Entry(@event).Type;

    internal static JsonTypeInfo JsonOf(string name) => ByName.TryGetValue(name, out var type) ? type : throw new UnknownEventTypeException(name);

    private static (string Name, JsonTypeInfo Type) Entry(StrataEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return ByType.TryGetValue(@event.GetType(), out var entry)
            ? entry
            : throw new InvalidOperationException($"{@event.GetType().Name} is not listed in {nameof(EventTypes)}");
    }
}
