using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Runs an outside deriver on the layers that a rule names: opens their files, which it gets copies of, and knows of them no more than the log does.</summary>
internal sealed class OutsideEvaluation(IRecordingStore recordings, RecordingReading reading)
{
    /// <exception cref="OutsideInputException">A file cannot be opened.</exception>
    public async Task<Derivation> RunAsync(
        IOutsideDeriver deriver, DerivationRequest request, IReadOnlyList<PreparedInput> inputs, CancellationToken cancellationToken)
    {
        var files = new List<IOpenRecording>(inputs.Count);
        try
        {
            foreach (var input in inputs)
            {
                files.Add(await OpenAsync(input.Layer, cancellationToken).ConfigureAwait(false));
            }

            var layers = inputs.Select(input => new InputLayer(
                input.Layer.Layer, input.Layer.Fingerprint, input.Layer.ApplicationId, reading.ReadSchema(input.SchemaIpc), NewestChunk(input), []));
            var derivation = await deriver.DeriveAsync(new(request with { Inputs = [.. layers] }, [.. files]), cancellationToken).ConfigureAwait(false);
            if (deriver.Definition.Queue is not null)
            {
                await RequireUnchangedAsync(inputs, cancellationToken).ConfigureAwait(false);
            }

            return derivation;
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>What a worker read by a URL is what lay there then; a reference may have been written over meanwhile.</summary>
    private async Task RequireUnchangedAsync(IReadOnlyList<PreparedInput> inputs, CancellationToken cancellationToken)
    {
        foreach (var input in inputs)
        {
            (await OpenAsync(input.Layer, cancellationToken).ConfigureAwait(false)).Dispose();
        }
    }

    private async Task<IOpenRecording> OpenAsync(LayerRegistered layer, CancellationToken cancellationToken)
    {
        try
        {
            return await recordings.OpenAsync(layer.Kept, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new OutsideInputException(layer, fault);
        }
    }

    /// <summary>What is derived stands on entities of its own, so it need only be newer than chunks, not than each row of them.</summary>
    private static Tuid NewestChunk(PreparedInput input)
    {
        if (input.ChunkIndexIpc.IsEmpty)
        {
            return default;
        }

        var newest = default(Tuid);
        foreach (var id in ManifestTable.Read(input.ChunkIndexIpc).ChunkIds)
        {
            newest = id > newest ? id : newest;
        }

        return newest;
    }
}

/// <summary>Carries which input a fault belongs to.</summary>
internal sealed class OutsideInputException(LayerRegistered layer, Exception fault) : Exception(fault.Message, fault)
{
    public LayerRegistered Layer { get; } = layer;
}
