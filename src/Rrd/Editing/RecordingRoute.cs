namespace Strata.Rrd.Editing;

/// <summary>New ids of stores. What is null stays.</summary>
/// <param name="ApplicationId">Brought to the form that Rerun allows: <see cref="Strata.Rrd.ApplicationId.Normalise"/>.</param>
/// <param name="RecordingId">Of all recordings and blueprints of all inputs.</param>
public sealed record IdRewrite(string? ApplicationId, string? RecordingId)
{
    /// <summary>The id that a store of this id gets.</summary>
    public StoreId Apply(StoreId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id with
        {
            ApplicationId = ApplicationId is { } application ? Strata.Rrd.ApplicationId.Normalise(application) : id.ApplicationId,
            RecordingId = RecordingId ?? id.RecordingId,
        };
    }
}

/// <summary>
/// Renames stores in the heads of messages, and so may make one recording of several. Payloads keep their bytes; where an input has a footer they are not
/// even decoded. What cannot be decoded is passed on all the same, then without a footer. As <c>rerun rrd route</c>, which never decodes, and writes no footer where an input had none.
/// </summary>
public static class RecordingRoute
{
    /// <exception cref="RecordingInputException">An input cannot be read, and nobody said to go on.</exception>
    public static Task<EditingReport> RunAsync(IReadOnlyList<RecordingInput> inputs, Stream output, IdRewrite rewrite, EditingOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(rewrite);
        ArgumentNullException.ThrowIfNull(options);
        return new Router(output, rewrite, options).RunAsync(inputs, cancellationToken);
    }

    private sealed class Router(Stream output, IdRewrite rewrite, EditingOptions options)
    {
        private readonly RecordingOutput _output = new(output, options.Profile);
        private readonly FindingsOfInputs _findings = new();
        private readonly HashSet<BlueprintActivation> _activated = [];
        private long _chunksRead;
        private long _duplicates;

        public async Task<EditingReport> RunAsync(IReadOnlyList<RecordingInput> inputs, CancellationToken cancellationToken)
        {
            // Blueprints of several inputs that get one id are mixed: nobody wants to see that.
            var activates = rewrite.RecordingId is null || inputs.Count == 1;
            var read = 0L;
            foreach (var input in inputs)
            {
                using var opened = input.Open();
                var index = opened.Bytes is { } bytes ? await PayloadIndex.TryReadAsync(bytes, cancellationToken).ConfigureAwait(false) : null;
                var reader = new MessageReader(input.Name, opened, options.ContinueOnError, index is null ? Decoding.WherePossible : Decoding.None, _findings);
                await ReadAhead.ForEachAsync(reader.ReadAsync(cancellationToken), options.ReadsAhead, async message =>
                {
                    await _output.StartAsync(message.Header.Version, cancellationToken).ConfigureAwait(false);
                    await TakeAsync(input, message, index, activates, cancellationToken).ConfigureAwait(false);
                    options.BytesRead?.Report(read + message.Offset);
                }, cancellationToken).ConfigureAwait(false);
                read += reader.Position;
            }
            var footerLeftOut = await _output.FinishAsync(cancellationToken).ConfigureAwait(false);
            return new EditingReport(_chunksRead, _output.Chunks, _duplicates, 0, read, _output.Position, footerLeftOut, _findings.ToList());
        }

        private async ValueTask TakeAsync(RecordingInput input, RecordingMessage message, PayloadIndex? index, bool activates, CancellationToken cancellationToken)
        {
            var store = rewrite.Apply(message.Store);
            switch (message)
            {
                case AnnouncementMessage announcement:
                    await _output.AnnounceAsync(store, announcement.Info, cancellationToken).ConfigureAwait(false);
                    break;
                case ActivationMessage { Activation: var activation }:
                    activation = activation with { BlueprintId = store };
                    if (activates && _activated.Add(activation))
                    {
                        await _output.ActivateAsync(activation, cancellationToken).ConfigureAwait(false);
                    }
                    break;
                case ChunkMessage chunk:
                    _chunksRead++;
                    try
                    {
                        await TakeChunkAsync(input, store, chunk, index, cancellationToken).ConfigureAwait(false);
                    }
                    catch (RrdFormatException e)
                    {
                        var fault = new RrdFormatException(message.Offset, e.Expected, e.Found, e.WhatToDo, e);
                        if (!options.ContinueOnError)
                        {
                            throw new RecordingInputException(input.Name, fault);
                        }
                        _findings.Add(new InputFinding(input.Name, new RrdFinding(fault.Offset, RrdRules.Chunk, $"left out a chunk: expected {e.Expected}, found {e.Found}"), IsLoss: true));
                    }
                    break;
                default:
                    break;
            }
        }

        private async ValueTask TakeChunkAsync(RecordingInput input, StoreId store, ChunkMessage message, PayloadIndex? index, CancellationToken cancellationToken)
        {
            if (index?.Find(message.Offset) is { } place)
            {
                if (_output.Has(store, place.Manifest.ChunkIds[place.Row]))
                {
                    _duplicates++;
                    return;
                }
                await _output.RelayAsync(store, place.Manifest, place.Row, place.Schema, message.Message, cancellationToken).ConfigureAwait(false);
                return;
            }
            if (Form(message, out var fault) is not { } form)
            {
                if (message.Message.ChunkId is { } id && _output.Has(store, id))
                {
                    _duplicates++;
                    return;
                }
                _findings.Add(new InputFinding(input.Name, new RrdFinding(message.Offset, RrdRules.Chunk, $"passed a chunk on that cannot be decoded: expected {fault!.Expected}, found {fault.Found}"), IsLoss: false));
                await _output.RelayUndecodedAsync(store, message.Message, $"a chunk of {input.Name} at byte {message.Offset} cannot be decoded, and a footer without it would hide it", cancellationToken).ConfigureAwait(false);
                return;
            }
            if (_output.Has(store, form.Chunk.Id))
            {
                _duplicates++;
                return;
            }
            await _output.RelayAsync(store, form.Chunk, message.Message, cancellationToken).ConfigureAwait(false);
        }

        private static StoredForm? Form(ChunkMessage message, out RrdFormatException? fault)
        {
            fault = message.Fault;
            try
            {
                return fault is not null ? null : message.Form ?? StoredForm.Read(message.Message, message.Offset);
            }
            catch (RrdFormatException e)
            {
                fault = e;
                return null;
            }
        }
    }
}
