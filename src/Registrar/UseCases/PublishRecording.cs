using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Why a recording that a robot published is not registered.</summary>
/// <param name="Reason">One of <see cref="QuarantineReasons"/>.</param>
internal sealed record PublishRefusal(string Reason, string Detail)
{
    public string Words => $"{Reason}: {Detail}";
}

/// <summary>What came of all recordings in the file that a message brought.</summary>
internal sealed record PublishedFile(string Outcome, string? Segment, string? Reason, Sha256Digest? QuarantineId);

/// <summary>A robot published a recording: what is checked of it, and what the robot is told. Source: DESIGN rule 1.</summary>
internal static class PublishRecording
{
    /// <returns>Why the message is not from the robot that it names; null when it is.</returns>
    public static PublishRefusal? RefuseSender(string robot, RobotSender sender) => sender.MaySpeakFor(robot)
        ? null
        : new(
            QuarantineReasons.Sender,
            sender.Name is { } name
                ? $"field 'robot': expected '{name}', the user that sent the message, found '{robot}'; publish as user '{robot}', or let the server's operator name '{name}' among Strata__Robots__Gateways"
                : $"field 'robot': expected a message whose sender the broker vouches for, found '{robot}' and no user; set the AMQP property user_id to '{robot}' and connect as that user");

    /// <param name="fileSha256">Null where nobody asked for it.</param>
    /// <returns>In what the file is not as the robot said; null when it is.</returns>
    public static PublishRefusal? RefuseFile(RecordingPublished message, long sizeBytes, Sha256Digest? fileSha256, IReadOnlyCollection<string> segments)
    {
        if (message.SizeBytes is { } size && size != sizeBytes)
        {
            return new(QuarantineReasons.SizeDiffers, $"field 'sizeBytes': expected the size of the file, {sizeBytes}, found {size}; publish it when it is complete, under a new message id");
        }

        if (message.Sha256 is { } sha256 && fileSha256 is { } actual && sha256 != actual)
        {
            return new(QuarantineReasons.Sha256Differs, $"field 'sha256': expected that of the file, {actual}, found {sha256}; publish it when it is complete, under a new message id");
        }

        return message.SegmentId is { } segment && segments.Any(s => s != segment)
            ? new(
                QuarantineReasons.SegmentDiffers,
                $"field 'segmentId': expected the recording id in the file, {string.Join(", ", segments.Select(s => $"'{s}'"))}, found '{segment}'; publish the file that has it, or leave the field out")
            : null;
    }

    /// <summary>Only what the robot has seen standing is replaced by it.</summary>
    public static OnDuplicate PolicyAgainst(StandingLayer? standing, Sha256Digest fingerprint, Sha256Digest? replaces) =>
        standing is not null && standing.Fingerprint == replaces && standing.Fingerprint != fingerprint ? OnDuplicate.Replace : OnDuplicate.Known;

    public static PublishRefusal RefuseStanding(StandingLayer standing, string segment, string layer, Sha256Digest? replaces) => new(
        QuarantineReasons.LayerStands,
        $"layer '{layer}' of segment '{segment}' has other content, registered from {standing.Event.StorageUrl}; "
        + (replaces is { } named
            ? $"field 'replaces': expected the fingerprint that stands, {standing.Fingerprint}, found {named}"
            : $"to replace it publish under a new message id with \"replaces\":\"{standing.Fingerprint}\", else under another layer name or recording id"));

    /// <returns>Nothing when it was answered before.</returns>
    public static ImmutableArray<MessageAnswered> Decide(MessageState state, RecordingPublished message, DatasetId dataset, PublishedFile file) => state.Answered is not null
        ? []
        : [new(message.Robot, message.MessageId, dataset, message.Layer, file.Outcome, file.Segment, file.Reason, file.QuarantineId)];
}
