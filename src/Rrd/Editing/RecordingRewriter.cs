using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>
/// Reads inputs one after another and writes what a step makes of their chunks, under a fresh footer. Stores of one identity become one. What comes next is read
/// meanwhile, a megabyte or one chunk; chunks that need no change are relayed without encoding them.
/// </summary>
internal sealed class RecordingRewriter(Stream output, EditingOptions options, IChunkStep step)
{
    private readonly RecordingOutput _output = new(output, options.Profile);
    private readonly FindingsOfInputs _findings = new();
    private readonly HashSet<(StoreId, Tuid)> _seen = [];
    private readonly List<BlueprintActivation> _activations = [];
    private readonly ValueBudget _budget = new();
    private string _lastInput = "";
    private long _read;
    private long _chunksRead;
    private long _duplicates;
    private long _empty;

    /// <exception cref="RecordingInputException">An input cannot be read, and nobody said to go on.</exception>
    public async Task<EditingReport> RunAsync(IReadOnlyList<RecordingInput> inputs, CancellationToken cancellationToken)
    {
        foreach (var input in inputs)
        {
            using var opened = input.Open();
            var reader = new MessageReader(input.Name, opened, options.ContinueOnError, Decoding.Always, _findings);
            await ReadAhead.ForEachAsync(reader.ReadAsync(cancellationToken), options.ReadsAhead, async message =>
            {
                await TakeAsync(input.Name, message, cancellationToken).ConfigureAwait(false);
                options.BytesRead?.Report(_read + message.Offset);
            }, cancellationToken).ConfigureAwait(false);
            _read += reader.Position;
        }
        return await FinishAsync(_read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes in the next message of an input.</summary>
    /// <exception cref="RecordingInputException">It contradicts earlier ones, and nobody said to go on.</exception>
    public async ValueTask TakeAsync(string input, RecordingMessage message, CancellationToken cancellationToken)
    {
        _lastInput = input;
        await _output.StartAsync(message.Header.Version, cancellationToken).ConfigureAwait(false);
        switch (message)
        {
            case AnnouncementMessage announcement:
                await _output.AnnounceAsync(announcement.Store, announcement.Info, cancellationToken).ConfigureAwait(false);
                break;
            case ActivationMessage { Activation: var activation }:
                // The last wish counts, so that an earlier one of the same words says nothing.
                _activations.Remove(activation);
                _activations.Add(activation);
                break;
            case ChunkMessage { Form: { } form } chunk:
                _chunksRead++;
                await TakeAsync(input, chunk, form, cancellationToken).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    /// <summary>Writes what was held back, and the footer.</summary>
    /// <param name="bytesRead">Of all inputs.</param>
    public async Task<EditingReport> FinishAsync(long bytesRead, CancellationToken cancellationToken)
    {
        using (var held = step.End(_budget).GetEnumerator())
        {
            while (HasNext(held, bytesRead))
            {
                await WriteAsync(_lastInput, held.Current, bytesRead, cancellationToken).ConfigureAwait(false);
            }
        }
        // Last: a blueprint is activated when all of it is there.
        foreach (var activation in _activations)
        {
            await _output.ActivateAsync(activation, cancellationToken).ConfigureAwait(false);
        }
        var footerLeftOut = await _output.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new EditingReport(_chunksRead, _output.Chunks, _duplicates, _empty, bytesRead, _output.Position, footerLeftOut, _findings.ToList());
    }

    // Whatever was held back behind a fault is not told one by one: nobody goes on from there.
    private bool HasNext(IEnumerator<EditedChunk> held, long offset)
    {
        try
        {
            return held.MoveNext();
        }
        catch (Exception e) when (FaultOf(e, offset) is { } fault)
        {
            throw new RecordingInputException(_lastInput, fault);
        }
    }

    private async ValueTask TakeAsync(string input, ChunkMessage message, StoredForm form, CancellationToken cancellationToken)
    {
        if (form.Chunk.NumRows == 0 || form.Chunk.Components.Count == 0)
        {
            _empty++;
            return;
        }
        if (!_seen.Add((message.Store, form.Chunk.Id)))
        {
            _duplicates++;
            return;
        }
        _budget.Earn(message.Message.Payload.Length);
        try
        {
            var sorted = ChunkRows.SortedByRowId(form.Chunk, _budget);
            var read = new EditedChunk(message.Store, sorted, form.IsCurrent && ReferenceEquals(sorted, form.Chunk) ? message.Message : null);
            foreach (var chunk in step.Take(read, _budget))
            {
                await WriteAsync(input, chunk, message.Offset, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (FaultOf(e, message.Offset) is { } fault)
        {
            LeaveOut(input, form.Chunk, fault);
        }
    }

    // What cannot be written is told by itself: others that came of the same step are written.
    private async ValueTask WriteAsync(string input, EditedChunk chunk, long offset, CancellationToken cancellationToken)
    {
        try
        {
            if (chunk.Stored is { } message)
            {
                await _output.RelayAsync(chunk.Store, chunk.Chunk, message, cancellationToken).ConfigureAwait(false);
                return;
            }
            await _output.EncodeAsync(chunk.Store, chunk.Chunk, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (FaultOf(e, offset) is { } fault)
        {
            LeaveOut(input, chunk.Chunk, fault);
        }
    }

    // A chunk can be whole and still contradict earlier ones, or be too large together with them.
    private static RrdFormatException? FaultOf(Exception e, long offset) => e switch
    {
        RrdFormatException fault => new RrdFormatException(offset, fault.Expected, fault.Found, fault.WhatToDo, fault),
        ChunkRefusedException fault => new RrdFormatException(offset, fault.Expected, fault.Found, fault.WhatToDo, fault),
        ArrowFormatException fault => new RrdFormatException(offset, fault.Expected, fault.Found, "Leave it out: --continue-on-error.", fault),
        _ => null,
    };

    private void LeaveOut(string input, Chunk chunk, RrdFormatException fault)
    {
        if (!options.ContinueOnError)
        {
            throw new RecordingInputException(input, fault);
        }
        _findings.Add(new InputFinding(input, new RrdFinding(fault.Offset, RrdRules.Chunk, $"left out a chunk of {chunk.EntityPath}: expected {fault.Expected}, found {fault.Found}"), IsLoss: true));
    }
}
