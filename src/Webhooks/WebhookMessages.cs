using System.Globalization;
using System.Text.Json.Nodes;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Webhooks;

/// <summary>Which events a hook is told of, and in which words.</summary>
internal sealed class WebhookMessages(IEventStore events)
{
    /// <returns>Null: nothing of this hook's.</returns>
    public async Task<WebhookMessage?> OfAsync(RecordedEvent recorded, IReadOnlySet<string> topics, CancellationToken cancellationToken) => recorded.Event switch
    {
        RecordingQuarantined quarantined when topics.Contains(WebhookTopics.Quarantine) => Message(recorded, WebhookTopics.Quarantine, new JsonObject
        {
            ["dataset"] = await NameOfAsync(quarantined.Dataset, cancellationToken),
            ["layer"] = quarantined.Layer,
            ["storage_url"] = quarantined.StorageUrl,
            ["size_bytes"] = quarantined.SizeBytes,
            ["quarantine_id"] = quarantined.QuarantineId.Value,
            ["reason"] = quarantined.Reason,
            ["detail"] = quarantined.Detail,
            ["offset"] = quarantined.Offset,
            ["who"] = quarantined.Source.Who,
            ["source"] = quarantined.Source.Kind,
        }),
        LayerRegistered layer when topics.Contains(WebhookTopics.BadQuality) && await QualityVerdict.OfAsync(layer, events, cancellationToken) is { IsBad: true } verdict =>
            Message(recorded, WebhookTopics.BadQuality, await BadAsync(layer, verdict, cancellationToken)),
        _ => null,
    };

    public static WebhookMessage Of(SilentRobot robot) => new(
        string.Create(CultureInfo.InvariantCulture, $"{WebhookTopics.RobotSilent}.{Uri.EscapeDataString(robot.Robot)}.{robot.LastSeenNs}"),
        WebhookTopics.RobotSilent,
        robot.LastSeenNs,
        null,
        new JsonObject { ["robot"] = robot.Robot, ["last_seen_ns"] = robot.LastSeenNs });

    private async Task<JsonObject> BadAsync(LayerRegistered layer, QualityVerdict verdict, CancellationToken cancellationToken)
    {
        var data = new JsonObject
        {
            ["dataset"] = await NameOfAsync(layer.Dataset, cancellationToken),
            ["segment"] = layer.Segment,
            ["layer"] = layer.Layer,
            ["fingerprint"] = layer.Fingerprint.Value,
        };
        if (verdict.TrackingGood is { } isGood)
        {
            data["tracking_good"] = isGood;
        }

        if (verdict.Declared is { } declared)
        {
            (data["verdict"], data["reason"]) = (declared, verdict.Reason);
        }

        return data;
    }

    private static WebhookMessage Message(RecordedEvent recorded, string topic, JsonObject data)
    {
        data["position"] = recorded.Position;
        data["event_id"] = recorded.EventId.ToString();
        return new($"{topic}.{recorded.EventId:N}", topic, recorded.RecordedAtNs, recorded.Position, data);
    }

    /// <summary>As it is called now: whoever reads the message looks for that.</summary>
    private async Task<string> NameOfAsync(DatasetId dataset, CancellationToken cancellationToken)
    {
        var stream = (await events.ReadStreamsAsync([StreamIds.Dataset(dataset)], cancellationToken))[0];
        return stream.Events.Select(e => e.Event switch
        {
            DatasetCreated created => created.Name,
            DatasetRenamed renamed => renamed.Name,
            _ => null,
        }).LastOrDefault(name => name is not null) ?? dataset.Value;
    }
}
