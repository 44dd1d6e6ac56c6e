using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Checks layers of one segment. A file that is looked at as a layer and again as another one's input is read once.</summary>
/// <param name="read">Told of the bytes as they are read.</param>
internal sealed class SegmentCheck(SegmentHistory history, FileCheck files, DerivationCheck derivations, Action<long> read)
{
    private readonly Dictionary<LayerRegistered, FileProof> _files = new(ReferenceEqualityComparer.Instance);

    public async Task<LayerProof> RunAsync(LayerRegistered layer, CancellationToken cancellationToken)
    {
        var own = await FileAsync(layer, cancellationToken).ConfigureAwait(false);
        if (own.Fault is { } fault)
        {
            return new(own.HasHash, null, new(layer.Segment, layer.Layer, fault.What, fault.Expected, fault.Found, fault.File, fault.Place, Versions: null) { IsFileAtFault = true, Rule = layer.Provenance?.Rule });
        }

        if (layer.Provenance is not { } provenance)
        {
            return new(own.HasHash, null, null);
        }

        var inputs = new List<LayerRegistered>(provenance.Inputs.Count);
        foreach (var input in provenance.Inputs)
        {
            if (history.FindContent(input) is not { Layer: var source })
            {
                return new(own.HasHash, null, new(
                    layer.Segment, layer.Layer, VerifySubjects.Input, $"input layer '{input.Layer}' of fingerprint {input.Fingerprint}", "the segment's log has no such registration", null, null, null));
            }

            if ((await FileAsync(source, cancellationToken).ConfigureAwait(false)).Fault is { } broken)
            {
                return new(own.HasHash, null, new(
                    layer.Segment, layer.Layer, VerifySubjects.Input, $"input layer '{input.Layer}' as it was registered, {broken.What}: {broken.Expected}", broken.Found, broken.File, broken.Place, null));
            }

            inputs.Add(source);
        }

        var derived = await derivations.RunAsync(layer, provenance, inputs, cancellationToken).ConfigureAwait(false);
        return new(own.HasHash, derived.Versions, derived.Difference);
    }

    private async Task<FileProof> FileAsync(LayerRegistered layer, CancellationToken cancellationToken)
    {
        if (!_files.TryGetValue(layer, out var proof))
        {
            proof = await files.RunAsync(history, layer, read, cancellationToken).ConfigureAwait(false);
            _files.Add(layer, proof);
        }

        return proof;
    }
}

/// <param name="HasHash">The SHA-256 of its file was recorded.</param>
/// <param name="Versions">As <see cref="VerifyDifference.Versions"/>.</param>
/// <param name="Difference">Null: all is as the log says.</param>
internal sealed record LayerProof(bool HasHash, string? Versions, VerifyDifference? Difference);
