using System.Runtime.CompilerServices;

namespace Strata.Rrd.Editing;

/// <summary>What is done with the payloads of chunks while messages are read.</summary>
internal enum Decoding
{
    /// <summary>They stay as they are.</summary>
    None,

    /// <summary>One that cannot be decoded stays as it is.</summary>
    WherePossible,

    /// <summary>One that cannot be decoded is damage.</summary>
    Always,
}

/// <summary>
/// Reads the messages of one input. What cannot be read ends it, or with <c>ContinueOnError</c> becomes a finding; either way nothing is lost in silence.
/// </summary>
internal sealed class MessageReader(string name, OpenedInput input, bool continueOnError, Decoding decoding, FindingsOfInputs findings)
{
    private const string KeepWhole = "Keep what is whole with --continue-on-error, or mend the file first: strata rrd recover.";

    private readonly FindingList _found = new();

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    /// <exception cref="RecordingInputException">Something cannot be read, and nobody said to go on.</exception>
    public async IAsyncEnumerable<RecordingMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = input.Cursor();
        var frames = new FrameReader(cursor, _found);
        var registry = new StoreRegistry(_found);
        while (await NextAsync(frames, cancellationToken).ConfigureAwait(false) is { } frame)
        {
            Position = cursor.Position;
            var message = Interpret(frame, registry);
            Tell();
            if (message is not null)
            {
                yield return message;
            }
        }
        Position = cursor.Position;
        Tell();
    }

    private async ValueTask<RrdFrame?> NextAsync(FrameReader frames, CancellationToken cancellationToken)
    {
        try
        {
            return await frames.NextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RrdFormatException e)
        {
            if (!continueOnError)
            {
                throw new RecordingInputException(name, e);
            }
            findings.Add(new InputFinding(name, new RrdFinding(e.Offset, RrdRules.Garbage, $"expected {e.Expected}, found {e.Found}"), IsLoss: true));
            return null;
        }
    }

    private RecordingMessage? Interpret(in RrdFrame frame, StoreRegistry registry)
    {
        try
        {
            return frame.Kind switch
            {
                MessageKind.SetStoreInfo => Announcement(frame, registry),
                MessageKind.ArrowMsg => Chunk(frame, registry),
                MessageKind.BlueprintActivationCommand => Activation(frame, registry),
                _ => null,
            };
        }
        catch (RrdFormatException e)
        {
            if (!continueOnError)
            {
                throw new RecordingInputException(name, new RrdFormatException(e.Offset, e.Expected, e.Found, KeepWhole, e));
            }
            _found.Add(e.Offset, frame.Kind == MessageKind.ArrowMsg ? RrdRules.Chunk : RrdRules.Message, $"left out a message of {frame.Payload.Length} bytes: expected {e.Expected}, found {e.Found}");
            return null;
        }
    }

    private static AnnouncementMessage? Announcement(in RrdFrame frame, StoreRegistry registry)
    {
        var info = WireMessage.Parse(Wire.SetStoreInfo.Parser, frame.Payload.Span, frame.Offset, "a SetStoreInfo");
        registry.SetStoreInfo(info, frame);
        return registry.Resolve(info.Info?.StoreId) is { } store ? new AnnouncementMessage(frame.Header, store, frame.Offset, info) : null;
    }

    private ChunkMessage Chunk(in RrdFrame frame, StoreRegistry registry)
    {
        var message = ArrowMsg.Read(frame.Payload, frame.Offset);
        var store = registry.Resolve(message.StoreId)
            ?? throw new RrdFormatException(frame.Offset, "a chunk of a store that is known", message.StoreId is null ? "none named" : $"'{message.StoreId.RecordingId}', never announced and without application id", KeepWhole);
        try
        {
            return new ChunkMessage(frame.Header, store, frame.Offset, message, decoding == Decoding.None ? null : StoredForm.Read(message, frame.Offset));
        }
        catch (RrdFormatException e) when (decoding == Decoding.WherePossible)
        {
            return new ChunkMessage(frame.Header, store, frame.Offset, message, null, e);
        }
    }

    private static ActivationMessage Activation(in RrdFrame frame, StoreRegistry registry)
    {
        var command = WireMessage.Parse(Wire.BlueprintActivationCommand.Parser, frame.Payload.Span, frame.Offset, "a BlueprintActivationCommand");
        return registry.Resolve(command.BlueprintId) is { } store
            ? new ActivationMessage(frame.Header, new BlueprintActivation(store, command.MakeActive, command.MakeDefault), frame.Offset)
            : throw new RrdFormatException(frame.Offset, "the id of a blueprint in its activation", "none", KeepWhole);
    }

    private void Tell()
    {
        foreach (var finding in _found.Drain())
        {
            if (finding.IsLoss && !continueOnError)
            {
                throw new RecordingInputException(name, new RrdFormatException(finding.Offset, "a whole recording", finding.Message, KeepWhole));
            }
            findings.Add(new InputFinding(name, finding, finding.IsLoss));
        }
    }
}
