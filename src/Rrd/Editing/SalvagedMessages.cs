namespace Strata.Rrd.Editing;

/// <summary>What messages of a damaged file say, of which others may be lost: a chunk is kept although nobody announced its store.</summary>
internal sealed class SalvagedMessages(FindingList findings)
{
    private readonly StoreRegistry _registry = new(findings);

    /// <returns>Null for the end of a stream, which says nothing of chunks.</returns>
    /// <exception cref="RrdFormatException">It cannot be read, or says nothing of any store.</exception>
    public RecordingMessage? Interpret(in RrdFrame frame)
    {
        switch (frame.Kind)
        {
            case MessageKind.SetStoreInfo:
                var info = WireMessage.Parse(Wire.SetStoreInfo.Parser, frame.Payload.Span, frame.Offset, "a SetStoreInfo");
                _registry.SetStoreInfo(info, frame);
                return _registry.Resolve(info.Info?.StoreId) is { } announced ? new AnnouncementMessage(frame.Header, announced, frame.Offset, info) : throw Nameless(frame);
            case MessageKind.ArrowMsg:
                var message = ArrowMsg.Read(frame.Payload, frame.Offset);
                var form = StoredForm.Read(message, frame.Offset);
                return message.StoreId is { RecordingId.Length: > 0 } wire
                    ? new ChunkMessage(frame.Header, _registry.Resolve(wire) ?? Unnamed(wire), frame.Offset, message, form)
                    : throw Nameless(frame);
            case MessageKind.BlueprintActivationCommand:
                var command = WireMessage.Parse(Wire.BlueprintActivationCommand.Parser, frame.Payload.Span, frame.Offset, "a BlueprintActivationCommand");
                return _registry.Resolve(command.BlueprintId) is { } blueprint
                    ? new ActivationMessage(frame.Header, new BlueprintActivation(blueprint, command.MakeActive, command.MakeDefault), frame.Offset)
                    : throw Nameless(frame);
            default:
                WireMessage.Parse(Wire.RrdFooter.Parser, frame.Payload.Span, frame.Offset, "an RrdFooter");
                return null;
        }
    }

    // The announcement that told the application id of an old file is lost. Source: rrd-format §8.2.
    private static StoreId Unnamed(Wire.StoreId id) => new(WireMessage.ToKind(id.Kind), "unknown_app_id", id.RecordingId);

    private static RrdFormatException Nameless(in RrdFrame frame) => new(frame.Offset, "the id of a store", "none", "The message is left out.");
}
